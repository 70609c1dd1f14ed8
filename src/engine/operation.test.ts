import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { Value } from './autograd.ts';
import { listen, operation, type Call } from './operation.ts';

beforeAll(() => tf.setBackend('cpu'));

const twice = operation('twice', (x: Value): Value => new Value(tf.mul(x.tensor, 2)));
const fourTimes = operation('four times', (x: Value): Value => twice(twice(x)));
const broken = operation('broken', (): Value => {
  throw new Error('This op is broken.');
});

function heard(compute: () => unknown): Call[] {
  const calls: Call[] = [];
  listen((call) => calls.push(call), compute);
  return calls;
}

test('a listener hears ops in order, with what they got and gave', () => {
  const x = new Value(tf.scalar(3));
  const calls = heard(() => twice(fourTimes(x)));
  expect(calls.map(({ operation: { operation: name } }) => name)).toEqual(['four times', 'twice']);
  expect(calls[0]?.inputs).toEqual([x]);
  expect(calls[1]?.inputs).toEqual([calls[0]?.output]);
  expect(calls[1]?.output.tensor.dataSync()[0]).toBe(24);
});

test('nothing is heard before and afterwards, nor of an op that fails', () => {
  const x = new Value(tf.scalar(3));
  const calls: Call[] = [];
  const listening = (): unknown =>
    listen(
      (call) => calls.push(call),
      () => [twice(x), broken()],
    );
  twice(x);
  expect(listening).toThrow('This op is broken.');
  twice(x);
  expect(calls.map(({ operation: { operation: name } }) => name)).toEqual(['twice']);
});
