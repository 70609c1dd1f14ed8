/** Makes picture files for tests. */

/** Draws on a canvas and encodes it. */
export async function picture(
  width: number,
  height: number,
  type: 'image/png' | 'image/jpeg' | 'image/webp',
  draw: (context: OffscreenCanvasRenderingContext2D) => void,
): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no 2D context');
  draw(context);
  return canvas.convertToBlob({ type, quality: 0.95 });
}

/** Left half red, right half blue. */
export function redBlue(context: OffscreenCanvasRenderingContext2D): void {
  const { width, height } = context.canvas;
  context.fillStyle = 'red';
  context.fillRect(0, 0, width / 2, height);
  context.fillStyle = 'blue';
  context.fillRect(width / 2, 0, width / 2, height);
}

/** A small uncompressed picture in one colour, which a number names. */
export function bitmapFile(color: number, side = 16): Blob {
  const rowBytes = Math.ceil((side * 3) / 4) * 4;
  const bytes = new Uint8Array(54 + rowBytes * side);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, side, true);
  view.setInt32(22, side, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const at = 54 + row * rowBytes + column * 3;
      bytes.set([color & 255, (color >> 8) & 255, (color >> 16) & 255], at);
    }
  }
  return new Blob([bytes], { type: 'image/bmp' });
}

/** The same JPEG with an EXIF orientation spliced in behind its first marker. */
export async function withOrientation(jpeg: Blob, orientation: number): Promise<Blob> {
  const exif = new Uint8Array(36);
  const view = new DataView(exif.buffer);
  exif.set([0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8]);
  // One entry: tag 0x0112 (orientation), type 3 (short), count 1.
  view.setUint16(18, 1);
  view.setUint16(20, 0x0112);
  view.setUint16(22, 3);
  view.setUint32(24, 1);
  view.setUint16(28, orientation);
  const bytes = new Uint8Array(await jpeg.arrayBuffer());
  return new Blob([bytes.slice(0, 2), exif, bytes.slice(2)], { type: 'image/jpeg' });
}

/**
 * An 8 × 8 JPEG of one colour in four inks, each from 0 (none) to 1; black is left out. The four
 * components are what Adobe writes: inverted, and without a colour transform.
 */
export function plainCmykJpeg(ink: Readonly<Record<'cyan' | 'magenta' | 'yellow', number>>): Blob {
  const components = [1, 2, 3, 4];
  const segment = (marker: number, body: readonly number[]): number[] => {
    const length = body.length + 2;
    return [0xff, marker, length >> 8, length & 255, ...body];
  };
  // Code i of four bits stands for differences of i bits; the one other code ends a block.
  const huffman = [
    ...[0x00, 0, 0, 0, 12, ...zeros(12), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    ...[0x10, 1, ...zeros(15), 0],
  ];
  const values = [ink.cyan, ink.magenta, ink.yellow, 0].map(
    (share) => 255 - Math.round(255 * share),
  );
  const bits = values.map((value) => `${codeOf(8 * (value - 128))}0`).join('');
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  const scan = (padded.match(/.{8}/g) ?? []).flatMap((eight) => {
    const byte = Number.parseInt(eight, 2);
    return byte === 255 ? [255, 0] : [byte];
  });
  const bytes = [
    ...[0xff, 0xd8],
    ...segment(0xee, [...new TextEncoder().encode('Adobe'), 0, 100, 0, 0, 0, 0, 0]),
    ...segment(0xdb, [0, ...zeros(64).map(() => 1)]),
    ...segment(0xc0, [8, 0, 8, 0, 8, 4, ...components.flatMap((id) => [id, 0x11, 0])]),
    ...segment(0xc4, huffman),
    ...segment(0xda, [4, ...components.flatMap((id) => [id, 0]), 0, 63, 0]),
    ...scan,
    ...[0xff, 0xd9],
  ];
  return new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' });
}

/** A DC difference in bits: its size's code, then its value, negative ones as their complement. */
function codeOf(difference: number): string {
  const size = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
  const code = size.toString(2).padStart(4, '0');
  if (size === 0) return code;
  const value = difference > 0 ? difference : difference + 2 ** size - 1;
  return code + value.toString(2).padStart(size, '0');
}

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
