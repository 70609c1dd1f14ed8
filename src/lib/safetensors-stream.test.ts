import { expect, test } from 'vitest';
import {
  lazyTensors,
  safetensorsPieces,
  streamOf,
  type TensorStream,
} from './safetensors-stream.ts';
import { parseSafetensors, writeSafetensors, type StateDict } from './safetensors.ts';

const state: StateDict = new Map([
  ['b', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['a', { shape: [1], data: Float32Array.of(-1) }],
  ['none', { shape: [0], data: new Float32Array() }],
]);

async function bytesOf(stream: TensorStream): Promise<Uint8Array> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of safetensorsPieces(stream, { format: 'pt' })) pieces.push(piece);
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

test('a file in pieces holds what one in memory holds, in its own order', async () => {
  const file = await bytesOf(streamOf(state));
  const { tensors, metadata } = parseSafetensors(file);
  expect(metadata).toEqual({ format: 'pt' });
  expect(tensors).toEqual(state);
  const sorted = new Map([...state].sort(([a], [b]) => (a < b ? -1 : 1)));
  expect(await bytesOf(streamOf(sorted))).toEqual(writeSafetensors(state, { format: 'pt' }));
});

test('tensors that are not as they were announced are refused', async () => {
  const { shapes } = streamOf(state);
  const other = (tensors: StateDict): TensorStream => ({ ...streamOf(tensors), shapes });
  const swapped = new Map([...state].reverse());
  await expect(bytesOf(other(swapped))).rejects.toThrow(
    /"b" of 6 numbers must come next; got "none"/,
  );
  await expect(bytesOf(other(new Map([...state].slice(0, 1))))).rejects.toThrow(
    /3 tensors must come; 1/,
  );
});

test('where nothing can wait for a file it is read at once', async () => {
  expect(await lazyTensors(new Blob([writeSafetensors(state)]))).toEqual(
    new Map([...state].sort(([a], [b]) => (a < b ? -1 : 1))),
  );
});
