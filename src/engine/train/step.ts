import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../errors.ts';
import { countReal, type Batch } from '../data/batches.ts';
import { differentiate } from '../autograd.ts';
import type { Network } from '../network.ts';
import { crossEntropy } from '../ops/cross-entropy.ts';
import { join } from '../ops/flat.ts';
import { squareSums } from '../ops/sums.ts';
import { factorVector } from '../ops/adamw.ts';
import type { Feed } from './feed.ts';
import { inHalfPrecision } from '../ops/speed.ts';
import { Recorder, type StepInput, type StepTensors } from '../ops/recorder.ts';
import type { StepNoise } from './noise.ts';
import { flattenGradients, type AdamW } from './optimizer.ts';

export interface LoadedBatch {
  readonly batch: Batch;
  readonly feed: Feed;
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
  readonly values: tf.Tensor;
  readonly batches: number;
  /** Rows of all batches by the images among them that count. */
  readonly rowsPerImage: number;
}

/** How steps compute. */
export interface StepWay {
  /** Spares memory for time: see `recomputed`. */
  readonly recomputes: boolean;
  /** Products in half precision, sums in single, where the device has matrix units. */
  readonly mixed: boolean;
}

export interface StepPlan extends StepWay {
  readonly network: Network;
  readonly optimizer: AdamW;
  readonly noise: StepNoise;
}

/**
 * Optimizer steps of one network, each over one or more batches whose gradients are averaged.
 * Everything stays on the device; a step's metrics are read when the caller wants them.
 */
export class TrainingStep {
  readonly #plan: StepPlan;
  readonly #recorder = new Recorder();

  constructor(plan: StepPlan) {
    this.#plan = plan;
  }

  run(
    batches: readonly LoadedBatch[],
    labelSmoothing: number,
    learningRate: number,
  ): PendingMetrics {
    const { network, optimizer, noise } = this.#plan;
    const params = network.trainable;
    const seed = noise.seedOf(optimizer.steps);
    const factors = optimizer.next(learningRate);
    const inputs: Record<string, StepInput> = {
      seed,
      factors: vectorInput(factorVector(factors)),
    };
    batches.forEach(({ batch, feed }, i) => {
      inputs[`${feed.after} images ${i}`] = feed.input;
      inputs[`targets ${i}`] = targetsOf(batch.labels, network.classes, labelSmoothing);
      inputs[`weights ${i}`] = vectorInput(batch.weights);
    });
    const body = (tensors: StepTensors): tf.Tensor => {
      noise.begin(tensorNamed(tensors, 'seed'));
      const parts = batches.map(({ feed: { prepare, after } }, i) => {
        const input = prepare(tensorNamed(tensors, `${after} images ${i}`));
        const targets = tensorNamed<tf.Rank.R2>(tensors, `targets ${i}`);
        const weights = tensorNamed<tf.Rank.R1>(tensors, `weights ${i}`);
        return gradientOf(this.#plan, { input, after, targets, weights });
      });
      const gradient = mean(parts.map((part) => part.gradient)).as1D();
      optimizer.apply(gradient, factors, tensorNamed<tf.Rank.R1>(tensors, 'factors'));
      const judged = parts.flatMap(({ loss, hits }) => [loss, hits]);
      return join([...judged, squareSums(gradient)]);
    };
    const state = [...params.map((param) => param.value.tensor), ...optimizer.state];
    const values = this.#recorder.run(inputs, state, body);
    for (const { feed } of batches) feed.release();
    const rowsPerImage = batchRows(batches) / countImages(batches);
    return { values, batches: batches.length, rowsPerImage };
  }

  dispose(): void {
    this.#recorder.dispose();
  }
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

interface BatchTensors {
  readonly input: tf.Tensor;
  readonly after: number;
  readonly targets: tf.Tensor2D;
  readonly weights: tf.Tensor1D;
}

/** One batch's loss, hits, and gradient of everything trained as one vector; within the caller's tidy. */
export function gradientOf(
  { network, noise, recomputes, mixed }: Omit<StepPlan, 'optimizer'>,
  { input, after, targets, weights }: BatchTensors,
): { loss: tf.Tensor; hits: tf.Tensor; gradient: tf.Tensor1D } {
  let hits: tf.Tensor | undefined;
  const pass = () =>
    differentiate(() => {
      const logits = network.forward(input, { after, noise, recomputes });
      const judged = crossEntropy(logits, targets, weights);
      hits = tf.keep(judged.hits);
      return judged.loss;
    });
  const loss = mixed ? inHalfPrecision(pass) : pass();
  if (!hits) throw new EngineError('internal', 'A forward pass must come to its logits.');
  const result = hits.clone(); // the caller's tidy owns the clone
  hits.dispose();
  return { loss, hits: result, gradient: flattenGradients(network.trainable) };
}

function tensorNamed<R extends tf.Rank>(tensors: StepTensors, name: string): tf.Tensor<R> {
  const tensor = tensors[name];
  if (!tensor) throw new EngineError('internal', `A step must get its "${name}".`);
  return tensor.reshape<tf.Tensor<R>>(tensor.shape);
}

const vectorInput = (values: Float32Array): StepInput => ({ values, shape: [values.length] });

/** What each image's probabilities should be, [B, K]: 1 for its label, a little less with smoothing. */
function targetsOf(labels: Int32Array, classes: number, smoothing: number): StepInput {
  const values = new Float32Array(labels.length * classes).fill(smoothing / classes);
  labels.forEach((label, row) => {
    values[row * classes + label] = 1 - smoothing + smoothing / classes;
  });
  return { values, shape: [labels.length, classes] };
}

/** Images of a step, those that only pad a batch left out. */
export function countImages(batches: readonly LoadedBatch[]): number {
  return batches.reduce((sum, { batch }) => sum + countReal(batch), 0);
}

function batchRows(batches: readonly LoadedBatch[]): number {
  return batches.reduce((sum, { batch }) => sum + batch.images.length, 0);
}

function mean(tensors: readonly tf.Tensor[]): tf.Tensor {
  const [first] = tensors;
  if (first && tensors.length === 1) return first;
  return tf.div(tf.addN([...tensors]), tensors.length);
}
