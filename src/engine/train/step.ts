import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../errors.ts';
import type { Batch } from '../data/batches.ts';
import { differentiate } from '../autograd.ts';
import { AS_TRAINED, type Network } from '../network.ts';
import { crossEntropy } from '../ops/cross-entropy.ts';
import type { Noise } from '../ops/low-rank.ts';
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

/**
 * One optimizer step over one or more batches whose gradients are averaged. Everything
 * stays on the device; the metrics [loss, accuracy, gradient norm] are read when the
 * caller wants them, and freed by it.
 */
export function trainStep(
  network: Network,
  optimizer: AdamW,
  batches: readonly LoadedBatch[],
  labelSmoothing: number,
  learningRate: number,
  noise: Noise,
): tf.Tensor1D {
  const params = network.trainable;
  return tf.tidy(() => {
    const parts = batches.map((loaded) => {
      const { loss, accuracy } = gradientStep(network, loaded, labelSmoothing, noise);
      return { loss, accuracy, gradient: flattenGradients(params) };
    });
    const gradient = mean(parts.map((part) => part.gradient));
    optimizer.step(gradient.as1D(), learningRate);
    const perImage = batchRows(batches) / countImages(batches); // metrics are over real images
    const metrics = [
      tf.mul(mean(parts.map((part) => part.loss)), perImage),
      tf.mul(mean(parts.map((part) => part.accuracy)), perImage),
      tf.sqrt(tf.sum(tf.square(gradient))),
    ];
    return tf.stack(metrics).as1D();
  });
}

/** Waits for the device. @throws EngineError "not-finite" where training fell apart. */
export async function readMetrics(metrics: tf.Tensor1D, step: number): Promise<StepMetrics> {
  const [loss = Number.NaN, accuracy = 0, gradientNorm = Number.NaN] = await metrics.data();
  metrics.dispose();
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
): { loss: tf.Tensor; accuracy: tf.Tensor } {
  const count = batch.images.length;
  const images = imageTensor(pixels, count);
  const labels = tf.tensor1d(batch.labels, 'int32');
  const weights = tf.tensor1d(batch.weights);
  let accuracy: tf.Tensor | undefined;
  const loss = differentiate(() => {
    const logits = network.forward(images, AS_TRAINED, noise);
    const classes = logits.shape[1] ?? 0;
    const hits = tf.equal(tf.argMax(logits.tensor, 1), labels).toFloat();
    accuracy = tf.keep(tf.div(tf.sum(tf.mul(hits, weights)), count));
    const oneHot = tf.oneHot(labels, classes).toFloat();
    const smooth = tf.add(tf.mul(oneHot, 1 - labelSmoothing), labelSmoothing / classes);
    return crossEntropy(logits, smooth.as2D(count, classes), weights);
  });
  if (!accuracy) throw new EngineError('internal', 'A forward pass must come to its logits.');
  const result = accuracy.clone(); // the caller's tidy owns the clone
  accuracy.dispose();
  return { loss, accuracy: result };
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
