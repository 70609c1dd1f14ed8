/** How fast single ops are, there and back: what the benchmark of kernels asks for. */
import * as tf from '@tensorflow/tfjs';
import type { OpMeasured } from '../../protocol.ts';
import { differentiate, traced, Value } from '../autograd.ts';
import { adamW, factorVector } from '../ops/adamw.ts';
import { attention } from '../ops/attention.ts';
import { convNorm } from '../ops/conv-norm.ts';
import { crossEntropy } from '../ops/cross-entropy.ts';
import { add, relu } from '../ops/elementwise.ts';
import { gelu } from '../ops/gelu.ts';
import { layerNorm } from '../ops/layer-norm.ts';
import { linear } from '../ops/linear.ts';
import { maxPool } from '../ops/pool.ts';
import { settleKernels } from '../ops/speed.ts';
import { squareSums } from '../ops/sums.ts';
import { Param } from '../params.ts';

/** Milliseconds that a measurement is to take, and runs that it makes at most for it. */
const LONG_ENOUGH = 100;
const MOST_RUNS = 64;

interface OpCase {
  readonly name: string;
  readonly shape: string;
  /** Runs the op, there and back where it has a gradient, and gives something of its result. */
  readonly run: () => tf.Tensor;
}

/** Measures ops of a ViT-Tiny and a ResNet-10 on sixteen images of 128 pixels, scales and inputs trained. */
export async function measureOps(rounds: number): Promise<OpMeasured[]> {
  const leaves: Value[] = [];
  const params: Param[] = [];
  const made: OpMeasured[] = [];
  try {
    for (const { name, shape, run } of casesOf(leaves, params)) {
      const milliseconds = await measure(rounds, () => {
        const result = tf.tidy(run);
        for (const leaf of leaves) forget(leaf);
        return result;
      });
      made.push({ name, shape, milliseconds });
    }
  } finally {
    tf.dispose(leaves.map((leaf) => leaf.tensor));
    for (const param of params) param.dispose();
  }
  return made;
}

/** Medians are the caller's: every round's milliseconds of one run. */
async function measure(rounds: number, run: () => tf.Tensor): Promise<number[]> {
  const timed = async (runs: number): Promise<number> => {
    const start = performance.now();
    const results = Array.from({ length: runs }, run);
    await results.at(-1)?.data();
    tf.dispose(results);
    return (performance.now() - start) / runs;
  };
  await timed(1); // compiles
  await settleKernels();
  await timed(1);
  const once = await timed(1);
  const runs = Math.min(MOST_RUNS, Math.max(1, Math.round(LONG_ENOUGH / once)));
  const found: number[] = [];
  for (let round = 0; round < rounds; round++) found.push(await timed(runs));
  return found;
}

function casesOf(leaves: Value[], params: Param[]): OpCase[] {
  const leaf = (...shape: number[]): Value => {
    const value = new Value(tf.keep(tf.randomNormal(shape, 0, 1, 'float32', 1)), true);
    leaves.push(value);
    return value;
  };
  const frozen = (...shape: number[]): Param => {
    const length = shape.reduce((product, side) => product * side, 1);
    const data = Float32Array.from({ length }, (_, i) => Math.sin(i) / 8 + 0.25);
    const param = new Param(`frozen ${params.length}`, { shape, data }, false);
    params.push(param);
    return param;
  };
  const there = (op: () => Value) => () => sumThereAndBack(op);
  const tokens = leaf(16, 65, 192);
  const hidden = leaf(16, 65, 768);
  const map = leaf(16, 16, 16, 128);
  const scales = { narrow: leaf(192), wide: leaf(768), channels: leaf(128) };
  const widen = [frozen(768, 192), frozen(768)] as const;
  const narrow = [frozen(192, 768), frozen(192)] as const;
  const kernel = frozen(128, 128, 3, 3);
  const norm = {
    weight: frozen(128),
    bias: frozen(128),
    mean: frozen(128),
    variance: frozen(128),
    epsilon: 1e-5,
  };
  const qkv = leaf(16, 65, 576);
  const classes = leaf(16, 5);
  const many = Array.from({ length: 4 }, () => leaf(1_000_000));
  return [
    {
      name: 'linear, scales, GELU',
      shape: '[1040, 192] → 768',
      run: there(() =>
        gelu(linear(tokens, ...widen, { scaleIn: scales.narrow, scaleOut: scales.wide })),
      ),
    },
    {
      name: 'linear, scales, sum',
      shape: '[1040, 768] → 192',
      run: there(() =>
        add(tokens, linear(hidden, ...narrow, { scaleIn: scales.wide, scaleOut: scales.narrow })),
      ),
    },
    {
      name: 'attention',
      shape: '16 × 3 heads, 65 tokens, 64 wide',
      run: there(() => attention(qkv, 3)),
    },
    {
      name: 'layer norm, weight and bias',
      shape: '[1040, 192]',
      run: there(() => layerNorm(tokens, scales.narrow, scales.narrow, 1e-6)),
    },
    { name: 'GELU', shape: '[1040, 768]', run: there(() => gelu(hidden)) },
    {
      name: 'convolution, norm, scale, ReLU',
      shape: '[16, 16, 16, 128], 3 × 3',
      run: there(() =>
        relu(convNorm(map, kernel, norm, { stride: 1, padding: 1 }, { scaleOut: scales.channels })),
      ),
    },
    {
      name: 'max pooling',
      shape: '[16, 16, 16, 128], 3 × 3',
      run: there(() => maxPool(map, 3, 2, 1)),
    },
    {
      name: 'cross entropy',
      shape: '[16, 5]',
      run: there(() => {
        const labels = tf.tensor1d(
          Array.from({ length: 16 }, (_, i) => i % 5),
          'int32',
        );
        const targets = tf.oneHot(labels, 5).toFloat().as2D(16, 5);
        return crossEntropy(classes, targets, tf.ones([16])).loss;
      }),
    },
    { name: 'AdamW', shape: '[1000000]', run: () => adamStep(many) },
    { name: 'square sums', shape: '[1000000]', run: () => squareSums(many[0]!.tensor.as1D()) },
  ];
}

/** The op's gradients for a loss that sums its output up. */
function sumThereAndBack(op: () => Value): tf.Tensor {
  return differentiate(() => {
    const y = op();
    return traced(tf.sum(y.tensor), { y }, {}, () => ({ y: () => tf.ones(y.shape) }));
  });
}

function adamStep([parameters, momentum, variance, gradient]: readonly Value[]): tf.Tensor {
  if (!parameters || !momentum || !variance || !gradient)
    throw new Error('AdamW has four vectors.');
  const state = {
    parameters: parameters.tensor,
    momentum: momentum.tensor,
    variance: tf.square(variance.tensor),
  };
  const factors = {
    ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    ...{ kept: 1, rate: 1e-3, correction: 0.5 },
  };
  const vector = tf.tensor1d(factorVector(factors));
  return adamW(state, gradient.tensor, factors, vector).momentum.as1D().slice(0, 1);
}

function forget(leaf: Value): void {
  leaf.gradient?.dispose();
  leaf.gradient = null;
}
