/** What TensorFlow.js does slowly on WebAssembly, done within its heap. */
import * as tf from '@tensorflow/tfjs';
import { add, multiply } from './arithmetic.ts';
import { batchMatMul } from './batch-matmul.ts';
import { identity } from './identity.ts';
import { replaceKernel } from './kernel.ts';
import { maxPoolGradient } from './max-pool-gradient.ts';
import { slice, split } from './slice.ts';
import { sumOverFirstAxes } from './sum.ts';

/** To be called once, before the backend starts. */
export function registerWasmKernels(): void {
  replaceKernel(tf.Identity, identity);
  replaceKernel(tf.Add, add);
  replaceKernel(tf.Multiply, multiply);
  replaceKernel(tf.Slice, slice);
  replaceKernel(tf.SplitV, split);
  replaceKernel(tf.BatchMatMul, batchMatMul);
  replaceKernel(tf.MaxPoolGrad, maxPoolGradient);
  replaceKernel(tf.Sum, sumOverFirstAxes);
}
