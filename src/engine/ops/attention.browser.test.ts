import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { devices, openDevice } from '../../testing/devices.ts';
import { expectAlike, opResults } from '../../testing/op-results.ts';
import { scope, Value } from '../autograd.ts';
import { Param } from '../params.ts';
import { attention, attentionReference } from './attention.ts';
import { linear, linearReference } from './linear.ts';

describe.each(devices)('on %s', (device) => {
  beforeAll(() => openDevice(device));

  test.each([
    { batch: 1, tokens: 1, heads: 1, width: 4 },
    { batch: 2, tokens: 5, heads: 3, width: 8 },
    { batch: 3, tokens: 65, heads: 2, width: 64 },
    { batch: 1, tokens: 70, heads: 1, width: 32 },
  ])(
    '$heads heads of $width over $tokens tokens attend as the reference does, there and back',
    async (layout) => {
      const { batch, tokens, heads, width } = layout;
      // Far from zero, so that a softmax without its maximum would overflow.
      const numbers = tf.randomNormal([batch, tokens, 3 * heads * width], 0, 3, 'float32', 1);
      const qkv = new Value(numbers, true);
      const expected = await opResults(() => attentionReference(qkv, layout), { qkv });
      const found = await opResults(() => attention(qkv, heads), { qkv });
      expectAlike(found, expected);
    },
  );

  test.each([
    { shifted: false, width: 16, tokens: 9 },
    { shifted: false, width: 20, tokens: 70 },
    { shifted: true, width: 16, tokens: 9 },
  ])(
    'what scales qkv, shifted: $shifted, learns as with the reference, with heads of $width',
    async ({ shifted, width, tokens }) => {
      const { x, weight, scaleOut, shift } = await projection(tokens, 2 * width);
      const adaptation = { scaleOut, shift: shifted ? shift : undefined };
      const layout = { batch: 2, tokens, heads: 2, width };
      const expected = await opResults(
        () => attentionReference(linearReference(x, weight, undefined, adaptation), layout),
        { x, ...adaptation },
      );
      let held = 0;
      const found = await opResults(
        () => {
          const before = tf.memory().numDataBuffers;
          const y = scope(() => attention(linear(x, weight, undefined, adaptation), 2));
          held = tf.memory().numDataBuffers - before;
          return y;
        },
        { x, ...adaptation },
      );
      expectAlike(found, expected);
      // The products before they were scaled, the output and the sums of its rows: not qkv.
      if (device !== 'wasm') expect(held).toBe(shifted ? 4 : 3);
    },
  );
});

/** A layer that makes qkv of `width` channels: two images. */
async function projection(tokens: number, width: number) {
  const random = (shape: number[], seed: number): tf.Tensor =>
    tf.randomNormal(shape, 0, 1, 'float32', seed);
  const shape = [3 * width, width];
  const data = Float32Array.from(await tf.mul(random(shape, 2), 0.3).data());
  return {
    x: new Value(random([2, tokens, width], 1), true),
    weight: new Param('weight', { shape, data }, false),
    scaleOut: new Value(random([3 * width], 3), true),
    shift: new Value(random([3 * width], 4), true),
  };
}
