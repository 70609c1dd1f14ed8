import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damaged, FUZZ, FUZZ_TIMEOUT } from '../testing/fuzz.ts';
import { SafetensorsError } from './safetensors-header.ts';
import { parseSafetensors, writeSafetensors } from './safetensors.ts';

const whole = writeSafetensors(
  new Map([
    ['head.bias', { shape: [3], data: Float32Array.of(1, 2, 3) }],
    ['head.weight', { shape: [3, 4], data: new Float32Array(12).fill(0.5) }],
  ]),
  { format: 'pt' },
);

const number = fc.oneof(fc.nat(64), fc.double(), fc.constantFrom(-1, 2 ** 53, 1e300));
const entry = fc.record({
  dtype: fc.oneof(fc.constantFrom('F32', 'F16', 'BF16', 'U8', 'BOOL', 'I64'), fc.jsonValue()),
  shape: fc.oneof(fc.array(number, { maxLength: 4 }), fc.jsonValue()),
  data_offsets: fc.oneof(fc.tuple(number, number), fc.jsonValue()),
});
const header = fc.oneof(
  fc.dictionary(fc.string({ maxLength: 8 }), fc.oneof(entry, fc.jsonValue()), { maxKeys: 4 }),
  fc.jsonValue(),
);

/** A file whose header says whatever it likes of the bytes behind it. */
const made = fc.tuple(header, fc.uint8Array({ maxLength: 64 })).map(([said, data]) => {
  const json = new TextEncoder().encode(JSON.stringify(said));
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
});

const files = fc.oneof(damaged(whole), made, fc.uint8Array({ maxLength: 200 }));

test(
  'any file is read within its own size, or refused in a sentence',
  () => {
    fc.assert(
      fc.property(files, (file) => {
        try {
          let elements = 0;
          for (const { shape, data } of parseSafetensors(file).tensors.values()) {
            expect(data.length).toBe(shape.reduce((product, side) => product * side, 1));
            elements += data.length;
          }
          // The smallest element of a file is one byte.
          expect(elements).toBeLessThanOrEqual(file.length);
        } catch (error) {
          if (!(error instanceof SafetensorsError)) throw error;
          expect(error.message).toMatch(/^.+[.:]/s);
        }
      }),
      FUZZ,
    );
  },
  FUZZ_TIMEOUT,
);
