/** Runs a reference training from PyTorch again and measures how far we are from its numbers. */
import * as tf from '@tensorflow/tfjs';
import type { StateDict, TensorData } from '../lib/safetensors.ts';
import { createRng } from '../lib/rng.ts';
import type { FormValues, GoldenMethodReport } from '../protocol.ts';
import { differentiate } from './autograd.ts';
import { inferBackbone } from './backbones/registry.ts';
import { EngineError } from './errors.ts';
import { fieldDefaults } from './form.ts';
import { hasGradient, largestDifference, relativeError } from './golden-errors.ts';
import { Network } from './network.ts';
import { crossEntropy } from './ops/cross-entropy.ts';
import type { PeftMethod } from './peft/contract.ts';
import { methodNamed } from './peft/registry.ts';
import { AdamW, flattenGradients } from './train/optimizer.ts';

/** Largest errors that still count as equal. */
export const TOLERANCES = { logits: 1e-4, grad0: 1e-3, losses: 1e-3, final: 2e-3 };

interface GoldenMethod {
  readonly method: string;
  readonly options: FormValues;
  readonly losses: readonly number[];
}

export interface Golden {
  readonly name: string;
  readonly imageSize: number;
  readonly classes: number;
  readonly modelArgs: Readonly<Record<string, unknown>>;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly methods: Readonly<Record<string, GoldenMethod>>;
  /** Every step's images and labels, and the untouched network's logits on the first. */
  readonly inputs: StateDict;
  readonly weights: StateDict;
}

/** Reads `manifest.json`; `file` gives the tensors of another file in its folder. */
export function parseGolden(manifest: string, file: (name: string) => StateDict): Golden {
  // The manifest is this project's own reference format.
  const json = JSON.parse(manifest) as {
    name: string;
    config: Record<string, unknown>;
    image_size: number;
    num_classes: number;
    optimizer: { lr: number; weight_decay: number };
    methods: Record<string, GoldenMethod>;
  };
  return {
    name: json.name,
    imageSize: json.image_size,
    classes: json.num_classes,
    modelArgs: json.config,
    learningRate: json.optimizer.lr,
    weightDecay: json.optimizer.weight_decay,
    methods: json.methods,
    inputs: file('io.safetensors'),
    weights: file('model.safetensors'),
  };
}

/**
 * Trains one method as the golden did. `reference` is the golden's file of that method. Logits are
 * compared twice: the untouched network's under the reference's first head, and the trained one's.
 */
export async function checkGolden(
  golden: Golden,
  name: string,
  reference: StateDict,
): Promise<GoldenMethodReport> {
  const network = goldenNetwork(golden, name, reference);
  try {
    const measured = await measure(golden, name, reference, network);
    const pass =
      measured.logits <= TOLERANCES.logits &&
      measured.grad0 <= TOLERANCES.grad0 &&
      measured.losses <= TOLERANCES.losses &&
      measured.final <= TOLERANCES.final;
    return { name, ...measured, pass, problem: null };
  } finally {
    network.dispose();
  }
}

function goldenNetwork(golden: Golden, name: string, reference: StateDict): Network {
  const entry = golden.methods[name];
  if (!entry) {
    const known = Object.keys(golden.methods).join(', ');
    throw new EngineError('bad-request', `The golden has the methods ${known}; got "${name}".`);
  }
  const method = methodNamed(entry.method);
  return networkFor(golden, method, entry.options, reference);
}

function networkFor(
  golden: Golden,
  method: PeftMethod,
  options: FormValues,
  reference: StateDict,
): Network {
  const shapes = new Map([...golden.weights].map(([key, { shape }]) => [key, shape]));
  const config = {
    architecture: null,
    modelArgs: golden.modelArgs,
    numClasses: golden.classes,
    globalPool: null,
    inputSize: golden.imageSize,
    mean: null,
    std: null,
    interpolation: null,
    cropPct: null,
    cropMode: null,
    labelNames: null,
    normEpsilon: null,
    transformers: null,
  };
  return new Network({
    backbone: inferBackbone(shapes, config),
    method,
    options: { ...fieldDefaults(method.info.fields), ...options },
    weights: golden.weights,
    classes: golden.classes,
    rng: createRng(0),
    trained: withPrefix(reference, 'init.'),
  });
}

type Measured = Pick<GoldenMethodReport, 'logits' | 'grad0' | 'losses' | 'final'>;

async function measure(
  golden: Golden,
  name: string,
  reference: StateDict,
  network: Network,
): Promise<Measured> {
  const params = network.trainable;
  const optimizer = new AdamW(params, {
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: golden.weightDecay,
  });
  try {
    const losses: number[] = [];
    let grad0 = 0;
    for (let step = 0; step < steps(golden); step++) {
      const loss = differentiate(() => goldenLoss(golden, network, step));
      losses.push((await loss.data())[0] ?? Number.NaN);
      loss.dispose();
      if (step === 0) grad0 = await gradientError(network, withPrefix(reference, 'grad0.'));
      const flat = flattenGradients(params);
      optimizer.step(flat, golden.learningRate);
      flat.dispose();
    }
    const expected = golden.methods[name]?.losses ?? [];
    const moved = hasGradient(withPrefix(reference, 'grad0.'));
    const untouched = await untouchedLogitsError(golden, reference);
    const trained = await logitsError(network, golden, reference, 'logits_final');
    const logits = Math.max(untouched, trained);
    const final = relativeError(await network.trained(), withPrefix(reference, 'final.'), moved);
    return { logits, grad0, losses: largestDifference(losses, expected), final };
  } finally {
    optimizer.dispose();
  }
}

function steps(golden: Golden): number {
  return golden.inputs.get('x')?.shape[0] ?? 0;
}

async function untouchedLogitsError(golden: Golden, reference: StateDict): Promise<number> {
  const network = networkFor(golden, methodNamed('linear'), {}, reference);
  try {
    return await logitsError(network, golden, golden.inputs, 'logits0');
  } finally {
    network.dispose();
  }
}

/** Of the first images, against the logits that the reference keeps under `name`. */
async function logitsError(
  network: Network,
  golden: Golden,
  reference: StateDict,
  name: string,
): Promise<number> {
  const expected = reference.get(name);
  if (!expected) throw new EngineError('bad-file', `The golden must hold the tensor "${name}".`);
  const logits = tf.tidy(() => network.predict(images(golden, 0)));
  const values = await logits.data();
  logits.dispose();
  return largestDifference(values, expected.data);
}

function goldenLoss(
  golden: Golden,
  network: Network,
  step: number,
): ReturnType<typeof crossEntropy> {
  const batch = golden.inputs.get('x')?.shape[1] ?? 0;
  const labels = golden.inputs.get('y')?.data.subarray(step * batch, (step + 1) * batch) ?? [];
  const targets = tf.oneHot(tf.tensor1d([...labels], 'int32'), golden.classes);
  const floats: tf.Tensor2D = targets.toFloat().as2D(batch, golden.classes);
  return crossEntropy(network.forward(images(golden, step)), floats, tf.ones([batch]));
}

/** One step's images, NCHW in the golden → NHWC. */
function images(golden: Golden, step: number): tf.Tensor4D {
  const all = golden.inputs.get('x');
  if (!all) throw new EngineError('bad-file', 'The golden must hold the tensor "x".');
  const [, batch = 0, channels = 0, height = 0, width = 0] = all.shape;
  const size = batch * channels * height * width;
  const data = all.data.slice(step * size, (step + 1) * size);
  return tf.tidy(() =>
    tf.transpose(tf.tensor4d(data, [batch, channels, height, width]), [0, 2, 3, 1]),
  );
}

async function gradientError(network: Network, reference: StateDict): Promise<number> {
  const gradients = new Map<string, TensorData>();
  for (const param of network.trainable) {
    const data = await param.value.gradient?.data<'float32'>();
    gradients.set(param.name, {
      shape: param.shape,
      data: data ? Float32Array.from(data) : new Float32Array(param.size),
    });
  }
  return relativeError(gradients, reference);
}

function withPrefix(tensors: StateDict, prefix: string): StateDict {
  const entries = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(entries.map(([name, data]) => [name.slice(prefix.length), data]));
}
