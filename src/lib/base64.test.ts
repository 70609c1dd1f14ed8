import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { base64Pieces, fromBase64, toBase64 } from './base64.ts';

test('bytes come back as they were, and are what Node makes of them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(toBase64(bytes))).toEqual(Uint8Array.from(bytes));
    }),
  );
  const long = Uint8Array.from({ length: 100_001 }, (_, i) => (i * 7919) % 251);
  expect(toBase64(long)).toBe(Buffer.from(long).toString('base64'));
});

test('pieces of bytes become the text of all of them', async () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 10 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(pieces, async (parts) => {
      const texts: string[] = [];
      for await (const text of base64Pieces(Readable.from(parts))) texts.push(text);
      expect(texts.join('')).toBe(Buffer.concat(parts).toString('base64'));
    }),
  );
});
