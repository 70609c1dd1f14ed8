import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import type { Preprocessing } from '../../protocol.ts';
import { picture, plainCmykJpeg, redBlue, withOrientation } from '../../testing/pictures.ts';
import { decodeToPixels } from './preprocess.ts';
// Made with Pillow 9.4: resize, crop as torchvision does, every `step`-th byte.
import fixture from './preprocess.fixture.json';

const preprocessing: Preprocessing = {
  size: 64,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  interpolation: 'bicubic',
  cropShare: 1,
  cropMode: 'center',
};
const squash: Preprocessing = { ...preprocessing, cropMode: 'squash' };

/** The colour at a place of the result, given in shares of its sides. */
function colorAt(pixels: Uint8Array, x: number, y: number, size = 64): number[] {
  const at = (Math.floor(y * size) * size + Math.floor(x * size)) * 3;
  return [...pixels.subarray(at, at + 3)];
}

function expectRed(color: readonly number[]): void {
  expect(color[0]).toBeGreaterThan(235);
  expect(color[2]).toBeLessThan(20);
}

function expectBlue(color: readonly number[]): void {
  expect(color[2]).toBeGreaterThan(235);
  expect(color[0]).toBeLessThan(20);
}

function expectRedBlue(pixels: Uint8Array): void {
  expect(pixels).toHaveLength(64 * 64 * 3);
  expectRed(colorAt(pixels, 0.1, 0.5));
  expectBlue(colorAt(pixels, 0.9, 0.5));
}

describe('decodeToPixels', () => {
  it.each(['image/png', 'image/jpeg', 'image/webp'] as const)('decodes %s', async (type) => {
    const file = await picture(300, 200, type, redBlue);
    expectRedBlue(await decodeToPixels(file, preprocessing));
    expectRedBlue(await decodeToPixels(file, squash));
  });

  it('keeps the bytes of a lossless picture that needs no resizing', async () => {
    const source = new ImageData(64, 64);
    source.data.forEach((_, index) => {
      source.data[index] = index % 4 === 3 ? 255 : (index * 97) % 251;
    });
    const file = await picture(64, 64, 'image/png', (context) =>
      context.putImageData(source, 0, 0),
    );
    const expected = source.data.filter((_, index) => index % 4 !== 3);
    expect(await decodeToPixels(file, preprocessing)).toEqual(new Uint8Array(expected));
  });

  it('honours the EXIF orientation', async () => {
    const jpeg = await picture(300, 200, 'image/jpeg', redBlue);
    const upsideDown = await decodeToPixels(await withOrientation(jpeg, 3), squash);
    expectBlue(colorAt(upsideDown, 0.1, 0.5));
    // 6: turn clockwise, so the left side comes to the top.
    const turned = await decodeToPixels(await withOrientation(jpeg, 6), squash);
    expectRed(colorAt(turned, 0.5, 0.1));
    expectBlue(colorAt(turned, 0.5, 0.9));
  });

  it('shows transparency over white', async () => {
    const file = await picture(80, 80, 'image/png', (context) => {
      context.fillStyle = 'rgba(255, 0, 0, 0.5)';
      context.fillRect(0, 0, 40, 80);
    });
    const pixels = await decodeToPixels(file, squash);
    expect(colorAt(pixels, 0.9, 0.5)).toEqual([255, 255, 255]);
    const [red, green] = colorAt(pixels, 0.1, 0.5);
    expect(red).toBe(255);
    expect(Math.abs((green ?? 0) - 127)).toBeLessThanOrEqual(1);
  });

  it('takes a JPEG in CMYK, as print shops make them', async () => {
    const pixels = await decodeToPixels(plainCmykJpeg({ cyan: 0, magenta: 1, yellow: 1 }), squash);
    const [red = 0, green = 255, blue = 255] = colorAt(pixels, 0.5, 0.5);
    expect(red).toBeGreaterThan(200);
    expect(green).toBeLessThan(90);
    expect(blue).toBeLessThan(90);
  });

  it('takes a PNG of 16 bits a channel', async () => {
    const data = Uint16Array.from({ length: 8 * 8 * 3 }, (_, i) => (i % 3 === 0 ? 0xffff : 0x0101));
    const file = encode({ width: 8, height: 8, channels: 3, depth: 16, data });
    expectRed(colorAt(await decodeToPixels(new Blob([new Uint8Array(file)]), squash), 0.5, 0.5));
  });

  it('takes a picture for what it is, not for what it is called', async () => {
    const png = await picture(64, 64, 'image/png', redBlue);
    const misnamed = new File([png], 'photograph.jpg', { type: 'image/jpeg' });
    expectRedBlue(await decodeToPixels(misnamed, preprocessing));
  });

  it('takes a bitmap and leaves it open', async () => {
    const bitmap = await createImageBitmap(await picture(300, 200, 'image/png', redBlue));
    expectRedBlue(await decodeToPixels(bitmap, preprocessing));
    expect(bitmap.width).toBe(300);
  });

  it('takes the first frame of a GIF', async () => {
    const frame = (color: number): number[] => [
      ...[0x21, 0xf9, 4, 0, 10, 0, 0, 0],
      ...[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0],
      ...[2, 2, color === 0 ? 0x44 : 0x4c, 1, 0],
    ];
    const bytes = [
      ...[0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0],
      ...[255, 0, 0, 0, 0, 255],
      ...frame(0),
      ...frame(1),
      0x3b,
    ];
    const pixels = await decodeToPixels(new Blob([new Uint8Array(bytes)]), squash);
    expectRed(colorAt(pixels, 0.5, 0.5));
  });

  it.each([
    [1, 20_000],
    [20_000, 1],
  ])('copes with %i × %i pixels', async (width, height) => {
    const file = await picture(width, height, 'image/png', (context) => {
      context.fillStyle = 'red';
      context.fillRect(0, 0, width, height);
    });
    for (const way of [preprocessing, squash]) {
      expectRed(colorAt(await decodeToPixels(file, way), 0.5, 0.5));
    }
  });

  it.each([
    [8000, 5000],
    [12_000, 8400],
  ])('reduces %i × %i pixels while decoding', async (width, height) => {
    const file = await picture(width, height, 'image/jpeg', redBlue);
    expectRedBlue(await decodeToPixels(file, preprocessing));
    const turned = await decodeToPixels(await withOrientation(file, 6), squash);
    expectRed(colorAt(turned, 0.5, 0.1));
    expectBlue(colorAt(turned, 0.5, 0.9));
  });
});

describe('files that are no good picture', () => {
  const reasonOf = (file: Blob): Promise<unknown> =>
    decodeToPixels(file, squash).then(
      () => 'decoded',
      (error: unknown) => error,
    );

  it.each(['image/png', 'image/jpeg', 'image/webp'] as const)(
    'says a cut-off %s is',
    async (type) => {
      const file = await picture(300, 200, type, (context) => {
        for (let line = 0; line < 200; line++) {
          context.fillStyle = `hsl(${line * 37} 80% 50%)`;
          context.fillRect(0, line, 300, 1);
        }
      });
      const name = type.replace('image/', '').replace('jpeg', 'jpg').toUpperCase();
      expect(await reasonOf(file.slice(0, Math.floor(file.size * 0.7), type))).toMatchObject({
        code: 'bad-image',
        message: `This ${name} picture is damaged or cut off; the browser cannot decode it.`,
      });
    },
  );

  it('says a file is empty or no picture', async () => {
    expect(await reasonOf(new Blob([]))).toMatchObject({
      code: 'bad-image',
      message: 'The file is empty (0 bytes); expected a picture.',
    });
    expect(await reasonOf(new Blob(['hello'], { type: 'image/png' }))).toMatchObject({
      code: 'bad-image',
      message: 'This is not a picture that the browser can decode.',
    });
  });

  it('refuses a picture of absurd size before decoding it', async () => {
    const file = await picture(10, 10, 'image/png', redBlue);
    const bytes = new Uint8Array(await file.arrayBuffer());
    new DataView(bytes.buffer).setUint32(16, 50_000);
    new DataView(bytes.buffer).setUint32(20, 40_000);
    expect(await reasonOf(new Blob([bytes]))).toMatchObject({
      code: 'bad-image',
      message: 'A picture may have 268 megapixels; this one has 50000 × 40000, 2000 megapixels.',
    });
  });

  it('names a format that the browser does not know', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"></svg>';
    expect(await reasonOf(new Blob([svg], { type: 'image/svg+xml' }))).toMatchObject({
      code: 'bad-image',
      message: 'SVG pictures cannot be decoded here; save it as JPEG, PNG or WebP.',
    });
  });
});

const photographs = import.meta.glob<string>('../../../../shared/data/clothing/test/*/*.jpg', {
  query: '?url',
  import: 'default',
});

describe('photographs, against Pillow', () => {
  it.for(fixture)('$file, $size px, $cropMode, $interpolation', async (entry, { skip }) => {
    const load = photographs[`../../../../shared/data/clothing/${entry.file}`];
    if (!load) skip('the photographs are not here');
    const file = await (await fetch(await load!())).blob();
    const pixels = await decodeToPixels(file, {
      ...preprocessing,
      size: entry.size,
      cropShare: entry.cropShare,
      cropMode: entry.cropMode === 'squash' ? 'squash' : 'center',
      interpolation: entry.interpolation === 'bilinear' ? 'bilinear' : 'bicubic',
    });
    const errors = entry.pixels.map((value, index) =>
      Math.abs(value - (pixels[index * entry.step] ?? Infinity)),
    );
    // JPEG decoders differ by a little; a wrong filter or crop differs by tens.
    expect(Math.max(...errors)).toBeLessThanOrEqual(3);
    const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    expect(Math.abs(mean - entry.mean)).toBeLessThan(0.2);
  });
});
