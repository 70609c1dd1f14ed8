/** How fast steps are, apart from bringing images: what the benchmark of training asks for. */
import { createRng } from '../../lib/rng.ts';
import type { StepsMeasured, StepsPlan } from '../../protocol.ts';
import { parseForm } from '../form.ts';
import { watchDispatches } from './watch.ts';
import type { LoadedBackbone } from '../loaded-backbone.ts';
import { Model } from '../model.ts';
import { methodNamed } from '../peft/registry.ts';
import { DeviceNoise } from './noise.ts';
import { ADAMW_DEFAULTS, AdamW } from './optimizer.ts';
import { readMetrics, trainStep, type LoadedBatch } from './step.ts';

const CLASSES = ['a', 'b', 'c', 'd', 'e'];
const SEED = 1;

/**
 * Trains a fresh network on noise for a first step, which compiles, and then for `steps` more, one
 * after the other; each is waited for. @throws EngineError where the method does not fit the backbone.
 */
export async function measureSteps(
  loaded: LoadedBackbone,
  { method: name, methodOptions, batch, steps }: StepsPlan,
): Promise<StepsMeasured> {
  const method = methodNamed(name);
  const options = parseForm(method.info.fields, methodOptions);
  const model = Model.fresh(loaded, method, options, CLASSES, SEED);
  const { network } = model;
  const optimizer = new AdamW(network.trainable, { ...ADAMW_DEFAULTS, weightDecay: 0 });
  const noise = new DeviceNoise(createRng(SEED, 'dropout'));
  const images = noiseBatch(batch, network.backbone.imageSize);
  const one = async (): Promise<{ total: number; submit: number }> => {
    const start = performance.now();
    const metrics = trainStep(network, optimizer, [images], 0, 1e-4, noise);
    const submit = performance.now() - start;
    await readMetrics(metrics, 1);
    return { total: performance.now() - start, submit };
  };
  try {
    const first = await one();
    const watch = watchDispatches();
    await one();
    const watched = watch.stop();
    const timed: { total: number; submit: number }[] = [];
    for (let i = 0; i < steps; i++) timed.push(await one());
    return {
      firstStepMs: first.total,
      stepMs: timed.map(({ total }) => total),
      submitMs: timed.map(({ submit }) => submit),
      ...watched,
    };
  } finally {
    optimizer.dispose();
    noise.dispose();
    model.dispose();
  }
}

function noiseBatch(length: number, side: number): LoadedBatch {
  const rng = createRng(SEED, 'pixels');
  const places = Array.from({ length }, (_, i) => i);
  return {
    pixels: Float32Array.from({ length: length * side * side * 3 }, () => rng.normal()),
    batch: {
      start: 0,
      images: places,
      labels: Int32Array.from(places, (i) => i % CLASSES.length),
      weights: new Float32Array(length).fill(1),
    },
  };
}
