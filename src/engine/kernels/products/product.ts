import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { launch } from '../launch.ts';
import { productCall } from './call.ts';
import type { Product, Tiling } from './contract.ts';

/** left · right with nothing around it: [batch, rows, columns]. Done `repeats` times, for measuring. */
export function launchProduct(
  backend: WebGPUBackend,
  product: Product,
  tiling: Tiling,
  { left, right }: { readonly left: tf.Tensor; readonly right: tf.Tensor },
  repeats = 1,
): tf.Tensor {
  const { batch, rows, columns, leftTurned, rightTurned } = product;
  return launch(backend, {
    ...productCall(`product ${leftTurned} ${rightTurned}`, tiling, product, () => ({
      left: 'left',
      right: (place) => `right[${place}]`,
      write: 'output[place] = result;',
    })),
    inputs: { left, right },
    outputs: { output: [batch, rows, columns] },
    repeats,
  }).output;
}
