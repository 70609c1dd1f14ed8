import * as tf from '@tensorflow/tfjs';
import type { StateDict } from '../lib/safetensors.ts';
import { join } from './ops/flat.ts';
import type { Param } from './params.ts';

/** The values of params as they are now: steps that come before they are read do not change them. */
export async function readTogether(params: readonly Param[]): Promise<StateDict> {
  if (params.length === 0) return new Map();
  const flat = tf.tidy(() => join(params.map((param) => param.value.tensor)));
  const values = await flat.data<'float32'>();
  flat.dispose();
  let start = 0;
  const entries = params.map(({ name, shape, size }) => {
    const data = Float32Array.from(values.subarray(start, start + size));
    start += size;
    return [name, { shape, data }] as const;
  });
  return new Map(entries);
}
