/** What a training step takes of the device, found by taking small ones. */
import * as tf from '@tensorflow/tfjs';
import { createRng } from '../../lib/rng.ts';
import { memoryOf } from '../../lib/memory-estimate.ts';
import { planStep, stepBytes, type StepMemory } from '../../lib/step-memory.ts';
import type { DeviceInfo } from '../../protocol.ts';
import type { Network } from '../network.ts';
import { rehearse, settleKernels, shadersReady } from '../ops/speed.ts';
import type { StepCut } from './epoch-progress.ts';
import { StepNoise } from './noise.ts';
import type { TrainingSettings } from './settings.ts';
import { gradientOf, type StepWay } from './step.ts';
import { modesOf } from './validation.ts';
import { peakBytes } from './watch.ts';

/** AdamW's two means, and the gradient's flat copy beside its parts. */
const FLAT_COPIES = 3;

/** How a run's steps go through the device. */
export interface RunSteps extends StepCut, StepWay {
  /** Most bytes a step is expected to take. */
  readonly bytes: number;
}

/** How steps of these settings go through this device. */
export function planSteps(
  network: Network,
  settings: TrainingSettings,
  device: Pick<DeviceInfo, 'memory'>,
): RunSteps {
  const { batchSize, accumulation, memory } = settings;
  const mixed = settings.products === 'mixed';
  const measured = (recomputes: boolean): StepMemory => measureStep(network, { recomputes, mixed });
  if (memory !== 'auto') {
    const recomputes = memory === 'recompute';
    const bytes = stepBytes(measured(recomputes), batchSize);
    return { batchSize, accumulation, atATime: batchSize, recomputes, mixed, bytes };
  }
  const limit = memoryOf(device).comfortable;
  const kept = measured(false);
  const fits = stepBytes(kept, batchSize) <= limit;
  const recomputed = fits ? kept : measured(true);
  const planned = planStep(settings, { kept, recomputed }, limit);
  return { ...planned, mixed, atATime: planned.batchSize };
}

/**
 * The same steps in half the memory, for a device that had too little: the images of a batch go
 * through the network in pieces, and their gradients are averaged as before.
 */
export function planSmallerSteps(network: Network, steps: RunSteps): RunSteps {
  const [kept, recomputed] = [false, true].map((recomputes) =>
    measureStep(network, { ...steps, recomputes }),
  ) as [StepMemory, StepMemory];
  const present = { batchSize: steps.atATime, accumulation: 1 };
  const { batchSize, recomputes, bytes } = planStep(present, { kept, recomputed }, steps.bytes / 2);
  return { ...steps, atATime: batchSize, recomputes, bytes };
}

/** From the peaks of a step of one image and a step of two. */
function measureStep(network: Network, way: StepWay): StepMemory {
  const [one, two] = [1, 2].map((images) => peakOf(network, way, images)) as [number, number];
  const learned = network.trainable.reduce((sum, param) => sum + 4 * param.size, 0);
  return { fixed: 2 * one - two + FLAT_COPIES * learned, perImage: two - one };
}

function peakOf(network: Network, way: StepWay, images: number): number {
  return rehearse(() => peakBytes(() => takeStep(network, way, images)));
}

/** What a run does all the time with so many images: steps, and validations in every mode. */
export function takeTurns(network: Network, way: StepWay, images: number): void {
  takeStep(network, way, images);
  for (const mode of modesOf(network)) {
    const view = { mode, strength: 1 };
    tf.tidy(() => void network.predict(noImages(network, images), { view }));
  }
}

/** Has steps run on the fastest kernels; what is found out calls for other shaders, in validations too. */
export async function settleSteps(network: Network, way: StepWay, images: number): Promise<void> {
  if (await settleKernels()) await shadersReady(() => takeTurns(network, way, images));
}

function takeStep(network: Network, { recomputes, mixed }: StepWay, images: number): void {
  const noise = new StepNoise(createRng(0, 'dropout'));
  const seed = noise.seedOf(0);
  tf.tidy(() => {
    noise.begin(tf.tensor1d(seed.values, 'int32'));
    const tensors = {
      input: noImages(network, images),
      after: 0,
      targets: tf.ones<tf.Rank.R2>([images, network.classes]),
      weights: tf.ones<tf.Rank.R1>([images]),
    };
    gradientOf({ network, noise, recomputes, mixed }, tensors);
  });
}

const noImages = ({ backbone: { imageSize } }: Network, images: number): tf.Tensor =>
  tf.zeros([images, imageSize, imageSize, 3]);
