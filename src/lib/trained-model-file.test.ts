import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { writeSafetensors } from './safetensors.ts';
import { looksTrained } from './trained-model-file.ts';

const weights = (metadata: Record<string, string>) =>
  new Blob([
    writeSafetensors(new Map([['a', { shape: [1], data: new Float32Array(1) }]]), metadata),
  ]);
const zip = (path: string) => new Blob([zipSync({ [path]: new Uint8Array(70_000) })]);

test.each([
  [true, 'an adapter', weights({ format: 'san-studio-adapter' }), 'adapter.safetensors'],
  [true, 'a renamed adapter', weights({ format: 'san-studio-adapter' }), 'leaves.safetensors'],
  [false, 'a backbone', weights({ format: 'pt' }), 'model.safetensors'],
  [true, 'an exported zip', zip('run/adapter.safetensors'), 'model.zip'],
  [false, 'a zip of images', zip('oak/1.png'), 'leaves.zip'],
  [false, 'an empty file', new Blob([]), 'empty.safetensors'],
  [false, 'an image', new Blob(['"san-studio-adapter"']), 'adapter.png'],
])('says %s of %s', async (trained, _, file, name) => {
  expect(await looksTrained(file, name)).toBe(trained);
});
