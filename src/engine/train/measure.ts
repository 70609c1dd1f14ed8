/** How fast steps are, apart from bringing images: what the benchmark of training asks for. */
import { createRng } from '../../lib/rng.ts';
import type { StepsMeasured, StepsPlan } from '../../protocol.ts';
import { parseForm } from '../form.ts';
import { watchDispatches } from './watch.ts';
import type { LoadedBackbone } from '../loaded-backbone.ts';
import { Model } from '../model.ts';
import { methodNamed } from '../peft/registry.ts';
import type { Scaling } from '../ops/pixels.ts';
import { bestProductFlops, countedFlops, settleKernels } from '../ops/speed.ts';
import { imageFeed } from './feed.ts';
import { StepNoise } from './noise.ts';
import { ADAMW_DEFAULTS, AdamW } from './optimizer.ts';
import { readMetrics, TrainingStep, type LoadedBatch } from './step.ts';

const CLASSES = ['a', 'b', 'c', 'd', 'e'];
const SEED = 1;

/** Milliseconds until a step was handed to the device, and until it was done. */
interface TimedStep {
  readonly submit: number;
  /** Floating-point operations of products and attention, where JavaScript asked for them. */
  readonly flops: number;
  readonly total: number;
  readonly loss: number;
  readonly gradientNorm: number;
}

/** A fresh network and steps of it on noise, each waited for. */
export interface RepeatedStep {
  one(): Promise<TimedStep>;
  dispose(): void;
}

/** @throws EngineError where the method does not fit the backbone. */
export function repeatedStep(
  loaded: LoadedBackbone,
  {
    method: name,
    methodOptions,
    batch,
    recomputes = false,
    mixed = false,
    halves = false,
  }: Omit<StepsPlan, 'steps'>,
): RepeatedStep {
  const method = methodNamed(name);
  const options = parseForm(method.info.fields, methodOptions);
  const model = Model.fresh(loaded, method, options, CLASSES, SEED, halves);
  const { network } = model;
  const optimizer = new AdamW(network.trainable, { ...ADAMW_DEFAULTS, weightDecay: 0 });
  const noise = new StepNoise(createRng(SEED, 'dropout'));
  const step = new TrainingStep({
    network,
    optimizer,
    noise,
    recomputes,
    mixed,
  });
  const images = noiseBatches(batch, network.backbone.imageSize, loaded.info.preprocessing);
  return {
    one: async () => {
      const start = performance.now();
      const { made: metrics, flops } = countedFlops(() => step.run([images()], 0, 1e-4));
      const submit = performance.now() - start;
      const { loss, gradientNorm } = await readMetrics(metrics, 1);
      return { total: performance.now() - start, submit, flops, loss, gradientNorm };
    },
    dispose: () => {
      step.dispose();
      optimizer.dispose();
      model.dispose();
    },
  };
}

/**
 * Trains a fresh network on noise for a first step, which compiles, for one that is watched, and
 * then for `steps` more. @throws EngineError where the method does not fit the backbone.
 */
export async function measureSteps(
  loaded: LoadedBackbone,
  { steps, ...plan }: StepsPlan,
): Promise<StepsMeasured> {
  const step = repeatedStep(loaded, plan);
  try {
    const first = await step.one();
    await settleKernels();
    const watch = watchDispatches();
    const { flops } = await step.one();
    const watched = watch.stop();
    await step.one(); // where steps are recorded, this one is
    const timed: TimedStep[] = [];
    for (let i = 0; i < steps; i++) timed.push(await step.one());
    return {
      firstStepMs: first.total,
      stepMs: timed.map(({ total }) => total),
      submitMs: timed.map(({ submit }) => submit),
      flops,
      bestFlopsPerSecond: await bestProductFlops(),
      ...watched,
    };
  } finally {
    step.dispose();
  }
}

/** The same batch of noise, again and again. */
function noiseBatches(length: number, side: number, scaling: Scaling): () => LoadedBatch {
  const rng = createRng(SEED, 'pixels');
  const places = Array.from({ length }, (_, i) => i);
  const pixels = Uint8Array.from({ length: length * side * side * 3 }, () => rng.integer(256));
  const batch = {
    start: 0,
    images: places,
    labels: Int32Array.from(places, (i) => i % CLASSES.length),
    weights: new Float32Array(length).fill(1),
  };
  return () => ({ batch, feed: imageFeed(pixels, length, scaling) });
}
