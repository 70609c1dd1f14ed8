import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { differentiate, traced, type Value } from '../engine/autograd.ts';

/** What an op makes, and the gradient of every leaf that got one, by name. */
type OpResults = ReadonlyMap<string, Float32Array>;

/** Runs an op with the loss Σ y ⊙ weights, weights drawn once for the output's shape. */
export async function opResults(
  op: () => Value,
  leaves: Readonly<Record<string, Value | undefined>>,
): Promise<OpResults> {
  let output: tf.Tensor | undefined;
  const loss = differentiate(() => {
    const y = op();
    output = tf.keep(y.tensor.clone());
    const weights = tf.randomNormal(y.shape, 0, 1, 'float32', 99);
    return traced(tf.sum(tf.mul(y.tensor, weights)), { y }, { weights }, (_, kept) => ({
      y: () => kept.weights.clone(),
    }));
  });
  loss.dispose();
  const results = new Map<string, Float32Array>();
  if (output) results.set('output', Float32Array.from(await output.data()));
  output?.dispose();
  for (const [name, leaf] of Object.entries(leaves)) {
    if (!leaf?.gradient) continue;
    results.set(name, Float32Array.from(await leaf.gradient.data()));
    leaf.gradient.dispose();
    leaf.gradient = null;
  }
  return results;
}

/** Fails where one has what the other has not, or a number differs by more than `tolerance` of the largest. */
export function expectAlike(found: OpResults, expected: OpResults, tolerance = 1e-5): void {
  expect([...found.keys()]).toEqual([...expected.keys()]);
  for (const [name, values] of expected) {
    const largest = Math.max(1, ...values.map(Math.abs));
    const differences = values.map((value, i) => Math.abs(value - (found.get(name)?.[i] ?? NaN)));
    expect(Math.max(...differences) / largest, name).toBeLessThan(tolerance);
  }
}
