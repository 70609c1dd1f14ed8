import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, test } from 'vitest';
import { devices, openDevice } from '../../testing/devices.ts';
import { expectAlike, opResults } from '../../testing/op-results.ts';
import { Value } from '../autograd.ts';
import { attention, attentionReference } from './attention.ts';

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
});
