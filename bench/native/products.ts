/** Products by every tiling there is, for whoever writes one: how fast, and how far from the plainest. */
import * as tf from '@tensorflow/tfjs';
import { requiredWebgpu } from '../../src/engine/kernels/acceleration.ts';
import { IN_REGISTERS, timeTilings } from '../../src/engine/kernels/products/choose.ts';
import { tilingName, type Product } from '../../src/engine/kernels/products/contract.ts';
import { launchProduct } from '../../src/engine/kernels/products/product.ts';

/** Those of a ViT-B, forward and backward. */
const SHAPES = [
  [768, 2304, true],
  [768, 768, true],
  [768, 3072, true],
  [3072, 768, true],
  [2304, 768, false],
  [3072, 768, false],
  [768, 3072, false],
] as const;

/** @param rows tokens in a batch: 6304 of 32 images with 224 pixels a side. */
export async function measureProducts(rows: number): Promise<void> {
  const backend = requiredWebgpu();
  for (const [inner, columns, rightTurned] of SHAPES) {
    const product = { batch: 1, rows, inner, columns, leftTurned: false, rightTurned };
    console.log(`${rows} × ${inner} × ${columns}${rightTurned ? ', right side turned' : ''}`);
    for (const { tiling, took } of await timeTilings(backend, { product, halves: true })) {
      const teraflops = (2 * rows * inner * columns) / took / 1e9;
      const error = await largestError({ ...product, rows: 300, inner: 200, columns: 260 }, tiling);
      console.log(
        `  ${tilingName(tiling)}: ${teraflops.toFixed(1)} TFLOP/s, ${error.toExponential(1)}`,
      );
    }
  }
}

type Tiling = Parameters<typeof launchProduct>[2];

/** Against results in registers, as a share of the largest. */
async function largestError(product: Product, tiling: Tiling): Promise<number> {
  const backend = requiredWebgpu();
  const [left, right] = [tf.randomNormal([300 * 200]), tf.randomNormal([200 * 260])];
  const errors = tf.tidy(() => {
    const expected = launchProduct(backend, product, IN_REGISTERS, { left, right });
    const found = launchProduct(backend, product, tiling, { left, right });
    return tf.div(tf.max(tf.abs(tf.sub(found, expected))), tf.max(tf.abs(expected)));
  });
  const [error = Number.NaN] = await errors.data();
  tf.dispose([left, right, errors]);
  return error;
}
