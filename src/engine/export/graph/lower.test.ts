import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { INPUT, OUTPUT } from '../../../lib/graph-names.ts';
import { answerOf, openWritten } from '../../../testing/graph-model.ts';
import { joined } from '../../../testing/zip-of-parts.ts';
import { Value } from '../../autograd.ts';
import { operation } from '../../operation.ts';
import { affine, relu } from '../../ops/elementwise.ts';
import { changeChannels } from '../../ops/channels.ts';
import { linear } from '../../ops/linear.ts';
import { mergePatches } from '../../ops/merge-patches.ts';
import { patchify } from '../../ops/patchify.ts';
import { averagePool, globalAveragePool, maxPool } from '../../ops/pool.ts';
import { addPosition, insertTokens, meanOfLast, patches, takeToken } from '../../ops/tokens.ts';
import { fromWindows, toWindows } from '../../ops/windows.ts';
import { Param } from '../../params.ts';
import { encodeOnnx } from '../onnx/encode.ts';
import { OnnxGraph } from '../onnx/onnx-graph.ts';
import { writeGraphModel } from '../tensorflow/write-graph-model.ts';
import { lower } from './lower.ts';
import { traceForward, type Trace } from './trace.ts';

await tf.setBackend('cpu');

type Forward = (x: Value) => Value;

const random = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, 'float32', seed);

const imagesOf = (batch: number, side: number): tf.Tensor4D =>
  random([batch, side, side, 3], 7).as4D(batch, side, side, 3);

const trace = (images: tf.Tensor4D, forward: Forward): Trace =>
  traceForward(images, () => forward(new Value(images)), new Map());

const preprocessing = {
  size: 7,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  interpolation: 'bilinear',
  cropShare: 1,
  cropMode: 'squash',
} as const;

/** What each format's own program gives for images. */
const formats: Readonly<
  Record<string, (trace: Trace, images: tf.Tensor4D) => Promise<ArrayLike<number>>>
> = {
  async ONNX(traced, images) {
    const [, ...output] = traced.output.shape;
    const plan = { size: traced.size, output, precision: 'float32', metadata: {} } as const;
    const file = await joined(encodeOnnx(lower(traced, new OnnxGraph(traced)), plan));
    const session = await InferenceSession.create(file);
    const [batch, side] = images.shape;
    const pixels = await tf.transpose(images, [0, 3, 1, 2]).data<'float32'>();
    const feeds = { [INPUT]: new Tensor('float32', pixels, [batch, 3, side, side]) };
    return (await session.run(feeds))[OUTPUT]?.data as Float32Array;
  },
  async 'TensorFlow.js'(traced, images) {
    const model = { trace: traced, classes: [], preprocessing };
    const graph = await openWritten(await writeGraphModel(model, 'float32'));
    return answerOf(graph, images).data();
  },
};

/** Largest difference between what ops give for three images and what their graph gives, traced on one. */
async function difference(format: string, side: number, forward: Forward): Promise<number> {
  const traced = trace(imagesOf(1, side), forward);
  const images = imagesOf(3, side);
  const expected = await forward(new Value(images)).tensor.data();
  const answer = (await formats[format]?.(traced, images)) ?? [];
  expect(answer.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(value - (answer[i] ?? NaN))));
}

const shifted = { positions: [7, 7], window: 4, shift: 2 } as const;
const token = new Value(tf.randomNormal([1, 2, 12], 0, 1, 'float32', 1));
const positions = new Value(tf.randomNormal([1, 9, 12], 0, 1, 'float32', 2));
const channels = new Value(tf.randomNormal([12], 0, 1, 'float32', 3));

/** Odd sizes, edges and orders that no small network has. */
const cases: Readonly<Record<string, Forward>> = {
  'patches of what fits': (x) => patchify(x, 2),
  'patches of channels that come last': (x) => patchify(mergePatches(x), 3),
  'max pooling': (x) => maxPool(x, 3, 2, 1),
  'average pooling at an odd edge': averagePool,
  'the mean of channels that come first': (x) => globalAveragePool(averagePool(x)),
  'the mean of channels that come last': (x) => globalAveragePool(mergePatches(x)),
  'merging at an odd edge': mergePatches,
  'shifted windows that end early': (x) => toWindows(x, shifted),
  'the way back out of windows': (x) =>
    fromWindows(toWindows(x, { ...shifted, shift: 1 }), shifted),
  'an order for which one of two was turned': (x) => affine(relu(averagePool(x)), -2, 0.5),
  'the mean of the last tokens': (x) => meanOfLast(patches(x, 2), 5),
  'one token': (x) => takeToken(patches(x, 2), 4),
  'tokens before all others': (x) => insertTokens(patches(x, 2), token, 0),
  'tokens in place of others': (x) => insertTokens(patches(x, 2), token, 1, 3),
  'tokens at the end': (x) => insertTokens(patches(x, 2), token, 7, 2),
  'positions and channels': (x) =>
    changeChannels(addPosition(patches(x, 2), positions), { scaleOut: channels, shift: channels }),
};

describe.each(Object.keys(formats))('in %s', (format) => {
  test.each(Object.entries(cases))('%s are as here', async (_name, forward) => {
    expect(await difference(format, 7, forward)).toBeLessThan(1e-5);
  });
});

test('what follows from weights alone is a constant', async () => {
  const forward: Forward = (x) =>
    addPosition(patches(x, 2), new Value(affine(positions, 2, 1).tensor));
  const { calls, constants } = trace(imagesOf(1, 7), forward);
  expect(calls.map(({ operation: { operation: name } }) => name)).toEqual([
    'patches',
    'addPosition',
  ]);
  expect(constants.size).toBe(1);
  expect(await difference('ONNX', 7, forward)).toBeLessThan(1e-5);
});

test('an op without a form is refused by its name', () => {
  const halve = operation('halve', (x: Value): Value => new Value(tf.div(x.tensor, 2)));
  const traced = trace(imagesOf(1, 4), halve);
  expect(() => lower(traced, new OnnxGraph(traced))).toThrow(
    /its op "halve" has no form there yet/,
  );
});

test('what a method left around a layer is refused', () => {
  const weight = new Param('fc.weight', { shape: [2, 12], data: new Float32Array(24) }, false);
  const traced = trace(imagesOf(1, 4), (x) =>
    linear(patches(x, 2), weight, undefined, { scaleIn: channels }),
  );
  expect(() => lower(traced, new OnnxGraph(traced))).toThrow(
    /must be folded in .*; "scaleIn" is not/,
  );
});

test('a forward pass that ignores the image is no network', () => {
  expect(() => trace(imagesOf(1, 4), () => relu(channels))).toThrow(/depend on the image/);
});
