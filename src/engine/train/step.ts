import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../errors.ts';
import type { Batch } from '../data/batches.ts';
import { differentiate } from '../autograd.ts';
import { AS_TRAINED, type Network } from '../network.ts';
import { crossEntropy } from '../ops/cross-entropy.ts';
import { join } from '../ops/flat.ts';
import type { Noise } from '../ops/low-rank.ts';
import { squareSums } from '../ops/sums.ts';
import { imageTensor } from './image-tensor.ts';
import { flattenGradients, type AdamW } from './optimizer.ts';

export interface LoadedBatch {
  readonly batch: Batch;
  /** Normalised, [n, S, S, 3]. */
  readonly pixels: Float32Array;
}

/** What one step measured: loss, share classified rightly, gradient norm. */
export interface StepMetrics {
  readonly loss: number;
  readonly accuracy: number;
  readonly gradientNorm: number;
}

/** What `readMetrics` makes numbers of; to be freed, or read once. */
export interface PendingMetrics {
  /** Loss and share of hits of every batch, then sums of squares of the gradient: on the device. */
  readonly values: tf.Tensor1D;
  readonly batches: number;
  /** Rows of all batches by the images among them that count. */
  readonly rowsPerImage: number;
}

/**
 * One optimizer step over one or more batches whose gradients are averaged. Everything
 * stays on the device; its metrics are read when the caller wants them.
 */
export function trainStep(
  network: Network,
  optimizer: AdamW,
  batches: readonly LoadedBatch[],
  labelSmoothing: number,
  learningRate: number,
  noise: Noise,
): PendingMetrics {
  const params = network.trainable;
  const values = tf.tidy(() => {
    const parts = batches.map((loaded) => {
      const judged = gradientStep(network, loaded, labelSmoothing, noise);
      return { ...judged, gradient: flattenGradients(params) };
    });
    const gradient = mean(parts.map((part) => part.gradient)).as1D();
    optimizer.step(gradient, learningRate);
    const judged = parts.flatMap(({ loss, hits }) => [loss, hits]);
    return join([...judged, squareSums(gradient)]);
  });
  const rowsPerImage = batchRows(batches) / countImages(batches);
  return { values, batches: batches.length, rowsPerImage };
}

/** Waits for the device. @throws EngineError "not-finite" where training fell apart. */
export async function readMetrics(
  { values, batches, rowsPerImage }: PendingMetrics,
  step: number,
): Promise<StepMetrics> {
  const numbers = await values.data<'float32'>();
  values.dispose();
  // Batches are means over their rows, metrics over real images.
  const meanOf = (offset: 0 | 1): number => {
    const each = Array.from({ length: batches }, (_, i) => numbers[2 * i + offset] ?? Number.NaN);
    return (each.reduce((sum, value) => sum + value, 0) / batches) * rowsPerImage;
  };
  const squares = numbers.subarray(2 * batches).reduce((sum, value) => sum + value, 0);
  const [loss, accuracy, gradientNorm] = [meanOf(0), meanOf(1), Math.sqrt(squares)];
  if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) {
    return { loss, accuracy, gradientNorm };
  }
  throw new EngineError(
    'not-finite',
    `The loss must stay a finite number; at step ${step} it was ${loss} with a gradient norm of ${gradientNorm}. A smaller learning rate usually helps.`,
  );
}

function gradientStep(
  network: Network,
  { batch, pixels }: LoadedBatch,
  labelSmoothing: number,
  noise: Noise,
): { loss: tf.Tensor; hits: tf.Tensor } {
  const images = imageTensor(pixels, batch.images.length);
  const weights = tf.tensor1d(batch.weights);
  let hits: tf.Tensor | undefined;
  const loss = differentiate(() => {
    const logits = network.forward(images, AS_TRAINED, noise);
    const targets = targetsOf(batch.labels, logits.shape[1] ?? 0, labelSmoothing);
    const judged = crossEntropy(logits, targets, weights);
    hits = tf.keep(judged.hits);
    return judged.loss;
  });
  if (!hits) throw new EngineError('internal', 'A forward pass must come to its logits.');
  const result = hits.clone(); // the caller's tidy owns the clone
  hits.dispose();
  return { loss, hits: result };
}

/** What each image's probabilities should be, [B, K]: 1 for its label, a little less with smoothing. */
function targetsOf(labels: Int32Array, classes: number, smoothing: number): tf.Tensor2D {
  const targets = new Float32Array(labels.length * classes).fill(smoothing / classes);
  labels.forEach((label, row) => {
    targets[row * classes + label] = 1 - smoothing + smoothing / classes;
  });
  return tf.tensor2d(targets, [labels.length, classes]);
}

/** Images of a step, those that only pad a batch left out. */
export function countImages(batches: readonly LoadedBatch[]): number {
  const weights = batches.flatMap(({ batch }) => [...batch.weights]);
  return weights.reduce((sum, weight) => sum + weight, 0);
}

function batchRows(batches: readonly LoadedBatch[]): number {
  return batches.reduce((sum, { batch }) => sum + batch.images.length, 0);
}

function mean(tensors: readonly tf.Tensor[]): tf.Tensor {
  const [first] = tensors;
  if (first && tensors.length === 1) return first;
  return tf.div(tf.addN([...tensors]), tensors.length);
}
