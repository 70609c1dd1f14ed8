import { expect, test } from 'vitest';
import { packJson, unpackJson } from './packed-json.ts';

async function roundTrip(value: unknown): Promise<unknown> {
  const parts = new Map<string, Blob>();
  const text = packJson(value, (part) => {
    const name = `part ${parts.size}`;
    parts.set(name, part);
    return name;
  });
  return unpackJson(text, (name) => {
    const part = parts.get(name);
    return part ? Promise.resolve(part) : Promise.reject(new Error(`no ${name}`));
  });
}

test('number arrays come back as what they were, also those within a larger buffer', async () => {
  const values = new Float32Array([0, 1.5, -2, Number.NaN, 4]).subarray(1, 4);
  const value = { frames: [{ step: 3, values }], labels: new Int32Array([7, -1]), none: null };
  expect(await roundTrip(value)).toEqual(value);
});

test('files come back with their bytes and names', async () => {
  const named = new File(['weights'], 'vit.safetensors');
  const back = (await roundTrip({ named, plain: new Blob(['thumb']) })) as {
    named: File;
    plain: Blob;
  };
  expect(back.named.name).toBe('vit.safetensors');
  expect(await back.named.text()).toBe('weights');
  expect(await back.plain.text()).toBe('thumb');
});

test('a part that is not there is an error', async () => {
  const lost = '{"values":{"$part":"gone","kind":"float32"}}';
  await expect(unpackJson(lost, () => Promise.reject(new Error('no gone')))).rejects.toThrow(
    'gone',
  );
});
