import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAnimated } from './animation.ts';

const letters = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

const GIF_START = [...letters('GIF89a'), 1, 0, 1, 0, 0x80, 0, 0, ...[255, 0, 0, 0, 0, 255]];
const DELAY = [0x21, 0xf9, 4, 0, 10, 0, 0, 0];
const COMMENT = [0x21, 0xfe, 3, 0x2c, 0x2c, 0x2c, 0];
const FRAME = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0x80, ...[1, 2, 3, 4, 5, 6], 2, 2, 0x2c, 1, 0];
const gif = (...parts: number[][]) => Uint8Array.from([...GIF_START, ...parts.flat(), 0x3b]);

const chunk = (name: string, data: number[] = []) => [
  ...[0, 0, 0, data.length, ...letters(name)],
  ...[...data, 1, 2, 3, 4],
];
const png = (...chunks: number[][]) =>
  Uint8Array.from([0x89, ...letters('PNG'), 13, 10, 26, 10, ...chunks.flat()]);

const webp = (flags: number, kind = 'VP8X') =>
  Uint8Array.from([...letters('RIFF....WEBP'), ...letters(kind), 10, 0, 0, 0, flags, 0, 0, 0]);

test.each([
  ['a GIF of two frames', gif(DELAY, FRAME, DELAY, FRAME)],
  ['a PNG that announces frames', png(chunk('IHDR', [1, 2]), chunk('acTL'), chunk('IDAT'))],
  ['a WebP that says so', webp(0x12)],
  ['an AVIF sequence', Uint8Array.from([0, 0, 0, 32, ...letters('ftypavis')])],
])('%s moves', (_, bytes) => expect(isAnimated(bytes)).toBe(true));

test.each([
  ['a GIF of one frame', gif(COMMENT, DELAY, FRAME, COMMENT)],
  ['a plain PNG', png(chunk('IHDR', [1, 2]), chunk('IDAT'), chunk('acTL'))],
  ['a WebP with transparency', webp(0x10)],
  ['a plain WebP', webp(0x02, 'VP8 ')],
  ['a JPEG', Uint8Array.of(0xff, 0xd8, 0xff)],
  ['nothing', new Uint8Array()],
])('%s stands still', (_, bytes) => expect(isAnimated(bytes)).toBe(false));

test('any bytes behind a known beginning have an answer', () => {
  const starts = [gif(), png(), webp(2)].map((bytes) => [...bytes]);
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), (start, rest) => {
      expect(typeof isAnimated(Uint8Array.from([...start, ...rest]))).toBe('boolean');
    }),
  );
});
