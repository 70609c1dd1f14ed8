import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SafetensorsError } from './safetensors-header.ts';
import {
  parseSafetensors,
  readSafetensorsHeader,
  writeSafetensors,
  type StateDict,
} from './safetensors.ts';

const tensorName = fc.string({ minLength: 1, maxLength: 12 }).filter((s) => s !== '__metadata__');

const tensor = fc.array(fc.nat(4), { maxLength: 4 }).chain((shape) => {
  const size = shape.reduce((product, n) => product * n, 1);
  return fc
    .float32Array({ minLength: size, maxLength: size })
    .map((data) => ({ shape, data: new Float32Array(data) }));
});

const stateDict = fc
  .array(fc.tuple(tensorName, tensor), { maxLength: 6 })
  .map((entries): StateDict => new Map(entries));

const metadata = fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 });

/** A file made by hand, so that any header can be tried. */
function fileOf(header: unknown, data: Uint8Array = new Uint8Array()): Uint8Array {
  const json = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
}

function one(type: string, values: ArrayBufferView, shape: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return fileOf({ x: { dtype: type, shape, data_offsets: [0, bytes.length] } }, bytes);
}

describe('writeSafetensors and parseSafetensors', () => {
  it('give back every tensor and the metadata', () => {
    fc.assert(
      fc.property(stateDict, metadata, (tensors, texts) => {
        const parsed = parseSafetensors(writeSafetensors(tensors, texts));
        expect(new Map(parsed.tensors)).toEqual(
          new Map([...tensors].sort(([a], [b]) => (a < b ? -1 : 1))),
        );
        expect({ ...parsed.metadata }).toEqual({ ...texts });
      }),
    );
  });

  it('start their data on an eight-byte boundary and in name order', async () => {
    const a = { shape: [1], data: Float32Array.of(1) };
    const file = writeSafetensors(
      new Map([
        ['b', a],
        ['a', a],
      ]),
    );
    const header = await readSafetensorsHeader(new Blob([file]));
    expect([...header.tensors.keys()]).toEqual(['a', 'b']);
    expect((header.tensors.get('a')?.begin ?? 1) % 8).toBe(0);
  });
});

describe('parseSafetensors', () => {
  it.each([
    [
      'F16',
      Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00),
      [1, -2, 2 ** -24, 65504, Infinity],
    ],
    ['BF16', Uint16Array.of(0x3f80, 0xc000, 0x0080), [1, -2, 2 ** -126]],
    ['F64', Float64Array.of(0.1, -3), [Math.fround(0.1), -3]],
    ['F32', Float32Array.of(0.5, -0), [0.5, -0]],
    ['I64', BigInt64Array.of(-7n, 16_777_216n), [-7, 16_777_216]],
    ['I32', Int32Array.of(-7, 5), [-7, 5]],
    ['U8', Uint8Array.of(0, 255), [0, 255]],
    ['I8', Int8Array.of(-128, 1), [-128, 1]],
    ['BOOL', Uint8Array.of(0, 1), [0, 1]],
  ])('reads %s', (type, values, expected) => {
    const { tensors } = parseSafetensors(one(type, values, [values.length]));
    expect([...(tensors.get('x')?.data ?? [])]).toEqual(expected);
  });

  it('reads NaN half floats as NaN', () => {
    const { tensors } = parseSafetensors(one('F16', Uint16Array.of(0x7e00), [1]));
    expect(tensors.get('x')?.data[0]).toBeNaN();
  });

  it('refuses whole numbers that float32 cannot hold', () => {
    const file = one('I64', BigInt64Array.of(16_777_217n), [1]);
    expect(() => parseSafetensors(file)).toThrow(/16777217/);
  });

  const four = new Uint8Array(4);
  it.each([
    ['nothing', new Uint8Array(), /0 bytes/],
    ['a length past the end', Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 123, 125), /states 255/],
    ['no JSON', fileOf('{"a":'), /not valid JSON/],
    ['a list', fileOf([1]), /not a JSON object/],
    [
      'a type unheard of',
      fileOf({ x: { dtype: 'F4', shape: [1], data_offsets: [0, 4] } }, four),
      /"F4"/,
    ],
    [
      'a negative size',
      fileOf({ x: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, four),
      /whole numbers/,
    ],
    [
      'a broken size',
      fileOf({ x: { dtype: 'F32', shape: [0.5], data_offsets: [0, 4] } }, four),
      /whole numbers/,
    ],
    [
      'a product too large',
      fileOf({ x: { dtype: 'F32', shape: [2 ** 30, 2 ** 30], data_offsets: [0, 4] } }, four),
      /too large/,
    ],
    [
      'a size that does not match',
      fileOf({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, four),
      /needs 8 bytes/,
    ],
    [
      'falling offsets',
      fileOf({ x: { dtype: 'F32', shape: [1], data_offsets: [4, 0] } }, four),
      /rising/,
    ],
    [
      'offsets past the end',
      fileOf({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, four),
      /cut off/,
    ],
    [
      'a hole',
      fileOf({ x: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, new Uint8Array(8)),
      /gap/,
    ],
    [
      'an overlap',
      fileOf(
        {
          x: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
          y: { dtype: 'F32', shape: [1], data_offsets: [2, 6] },
        },
        new Uint8Array(6),
      ),
      /overlaps/,
    ],
    ['bytes left over', fileOf({}, four), /end at byte 10/],
    ['metadata that is no text', fileOf({ __metadata__: { a: 1 } }), /must be a string/],
  ])('refuses %s', (_case, file, sentence) => {
    expect(() => parseSafetensors(file)).toThrow(SafetensorsError);
    expect(() => parseSafetensors(file)).toThrow(sentence);
  });

  it('survives any damage: it parses or it says why not', () => {
    const damage = fc.record({
      tensors: stateDict,
      cut: fc.nat(64),
      edits: fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(damage, ({ tensors, cut, edits }) => {
        const whole = writeSafetensors(tensors);
        const file = whole.slice(0, Math.max(0, whole.length - cut));
        for (const [at, byte] of edits) if (at < file.length) file[at] = byte;
        try {
          parseSafetensors(file);
        } catch (error) {
          expect(error).toBeInstanceOf(SafetensorsError);
        }
      }),
      { numRuns: 400 },
    );
  });
});
