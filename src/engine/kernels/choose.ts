/**
 * Which of our kernels a graphics adapter gains from: each is raced against TensorFlow.js's own
 * once, when the device is opened, for no reading of an adapter's name tells.
 */
import * as tf from '@tensorflow/tfjs';
import { accelerate, type Acceleration } from './acceleration.ts';
import { attentionKernel } from './attention.ts';
import { linearKernel } from './linear.ts';

const ROUNDS = 3;
const RUNS = 4;

/** A layer of a small transformer: rows, inputs and outputs. */
const LAYER = [1024, 192, 768] as const;
const HEADS = { batch: 8, tokens: 128, heads: 3, width: 64 };

/** Lets those kernels run on the current WebGPU backend that are faster there. Takes some tenths of a second. */
export async function chooseAcceleration(): Promise<Acceleration> {
  accelerate({ matmul: true, attention: true });
  const chosen = { matmul: await productsWin(), attention: await attentionWins() };
  accelerate(chosen);
  return chosen;
}

async function productsWin(): Promise<boolean> {
  const [rows, inputs, outputs] = LAYER;
  const x = tf.randomNormal<tf.Rank.R2>([rows, inputs]);
  const weight = tf.randomNormal<tf.Rank.R2>([outputs, inputs]);
  const ours = (): tf.Tensor => linearKernel(x, weight, {}, {}, false).output;
  const stock = (): tf.Tensor => tf.matMul(x, weight, false, true);
  return isFaster(ours, stock).finally(() => tf.dispose([x, weight]));
}

async function attentionWins(): Promise<boolean> {
  const { batch, tokens, heads, width } = HEADS;
  const qkv = tf.randomNormal([batch, tokens, 3 * heads * width]);
  const ours = (): tf.Tensor => attentionKernel(qkv, HEADS)?.output ?? tf.zerosLike(qkv);
  const stock = (): tf.Tensor => {
    const parts = tf.transpose(qkv.reshape([batch, tokens, 3 * heads, width]), [0, 2, 1, 3]);
    const [q, k, v] = tf.split(parts, 3, 1);
    if (!q || !k || !v) throw new Error('qkv splits into three parts.');
    const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(width));
    return tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]);
  };
  return isFaster(ours, stock).finally(() => qkv.dispose());
}

/** Both in turns, the best round of each; the first round compiles and does not count. */
async function isFaster(ours: () => tf.Tensor, stock: () => tf.Tensor): Promise<boolean> {
  const best = { ours: Number.POSITIVE_INFINITY, stock: Number.POSITIVE_INFINITY };
  for (let round = 0; round <= ROUNDS; round++) {
    const [first, second] = [await milliseconds(ours), await milliseconds(stock)];
    if (round === 0) continue;
    best.ours = Math.min(best.ours, first);
    best.stock = Math.min(best.stock, second);
  }
  return best.ours < best.stock;
}

async function milliseconds(run: () => tf.Tensor): Promise<number> {
  const start = performance.now();
  const last = tf.tidy(() => {
    const results = Array.from({ length: RUNS }, run);
    return results.at(-1)?.flatten().slice(0, 1) ?? tf.zeros([1]);
  });
  await last.data();
  last.dispose();
  return performance.now() - start;
}
