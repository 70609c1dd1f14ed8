/** Puts still pictures one after the other, as formats that move do. */

type Bytes = Uint8Array<ArrayBuffer>;

const joined = async (parts: readonly BlobPart[]): Promise<Bytes> =>
  new Uint8Array(await new Blob([...parts]).arrayBuffer());

const text = (letters: string): Bytes => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));

function littleEndian(value: number, length: number): Bytes {
  return Uint8Array.from({ length }, (_, i) => (value >>> (8 * i)) & 255);
}

function bigEndian(value: number, length: number): Bytes {
  return littleEndian(value, length).reverse();
}

/** A WebP of several, each of `side` × `side` pixels. */
export async function animatedWebp(frames: readonly Blob[], side: number): Promise<Blob> {
  const chunk = async (name: string, parts: readonly BlobPart[]): Promise<Bytes> => {
    const data = await joined(parts);
    const padding = littleEndian(0, data.length % 2);
    return joined([text(name), littleEndian(data.length, 4), data, padding]);
  };
  const size = [littleEndian(side - 1, 3), littleEndian(side - 1, 3)];
  const chunks = [
    await chunk('VP8X', [littleEndian(2, 4), ...size]),
    await chunk('ANIM', [littleEndian(0, 6)]),
  ];
  for (const frame of frames) {
    const frameHeader = [littleEndian(0, 6), ...size, littleEndian(100, 3), littleEndian(0, 1)];
    chunks.push(await chunk('ANMF', [...frameHeader, ...(await webpPictures(frame))]));
  }
  const body = await joined([text('WEBP'), ...chunks]);
  return new Blob([text('RIFF'), littleEndian(body.length, 4), body], { type: 'image/webp' });
}

/** The chunks of a still WebP that hold its pixels. */
async function webpPictures(still: Blob): Promise<Bytes[]> {
  const bytes = new Uint8Array(await still.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const pictures: Bytes[] = [];
  for (let at = 12; at < bytes.length;) {
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length + (length % 2);
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    if (['ALPH', 'VP8 ', 'VP8L'].includes(name)) pictures.push(bytes.slice(at, end));
    at = end;
  }
  return pictures;
}

/** A PNG of several, each of `side` × `side` pixels. */
export async function animatedPng(frames: readonly Blob[], side: number): Promise<Blob> {
  const chunk = async (name: string, parts: readonly BlobPart[]): Promise<Bytes> => {
    const data = await joined([text(name), ...parts]);
    return joined([bigEndian(data.length - 4, 4), data, bigEndian(checksum(data), 4)]);
  };
  const [first, ...later] = await Promise.all(frames.map(pngChunks));
  if (!first) throw new Error('An animation needs a frame.');
  let sequence = 0;
  const control = () =>
    chunk('fcTL', [
      ...[bigEndian(sequence++, 4), bigEndian(side, 4), bigEndian(side, 4), bigEndian(0, 8)],
      ...[bigEndian(1, 2), bigEndian(10, 2), bigEndian(0, 2)],
    ]);
  const chunks = [
    await chunk('IHDR', [first.header]),
    await chunk('acTL', [bigEndian(frames.length, 4), bigEndian(0, 4)]),
    await control(),
    await chunk('IDAT', [first.pixels]),
  ];
  for (const { pixels } of later) {
    chunks.push(await control());
    chunks.push(await chunk('fdAT', [bigEndian(sequence++, 4), pixels]));
  }
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10);
  return new Blob([signature, ...chunks, await chunk('IEND', [])], { type: 'image/png' });
}

async function pngChunks(png: Blob): Promise<{ header: Bytes; pixels: Bytes }> {
  const bytes = new Uint8Array(await png.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const parts: Bytes[] = [];
  for (let at = 8; at < bytes.length; at += 12 + view.getUint32(at)) {
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (name === 'IDAT') parts.push(bytes.slice(at + 8, at + 8 + view.getUint32(at)));
  }
  return { header: bytes.slice(16, 29), pixels: await joined(parts) };
}

/** CRC-32, as PNG has it. */
function checksum(bytes: Bytes): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum;
}
