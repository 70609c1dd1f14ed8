/** The WebAssembly twins of the kernels in `../linear.ts`. */
import type * as tf from '@tensorflow/tfjs';
import type { LinearEnding, LinearParts } from '../linear.ts';
import { multiply, NOTHING, sideOf } from './simd-product.ts';
import type { Simd } from './simd.ts';

/** As `finishRow` of the assembly knows them. */
const ACTIVATIONS = { gelu: 1, relu: 2 } as const;

export function simdLinear(
  simd: Simd,
  x: tf.Tensor,
  weight: tf.Tensor,
  { slope, bias, scaleIn, scaleOut, shift }: LinearParts,
  { activation, residual }: LinearEnding,
  keepPlain: boolean,
): { output: tf.Tensor; plain: tf.Tensor | undefined } {
  if (slope) throw new Error('On WebAssembly a convolution has a kernel of its own for its norm.');
  const [rows = 0, inputs = 0] = x.shape;
  const outputs = weight.size / inputs;
  const output = simd.output([rows, outputs]);
  const plain = keepPlain ? simd.output([rows, outputs]) : undefined;
  const left = sideOf(simd.address(x), rows, inputs, false);
  const right = sideOf(simd.address(weight), outputs, inputs, true);
  multiply(simd, left, right, simd.address(output), {
    ...NOTHING,
    scaleIn: simd.address(scaleIn),
    bias: simd.address(bias),
    scale: simd.address(scaleOut),
    shift: simd.address(shift),
    plain: simd.address(plain),
    activation: activation ? ACTIVATIONS[activation] : 0,
    residual: simd.address(residual),
  });
  return { output, plain };
}

export function simdLinearInputGradient(
  simd: Simd,
  g: tf.Tensor,
  weight: tf.Tensor,
  { scaleIn, scaleOut }: LinearParts,
  x: tf.Tensor | undefined,
): { gradient: tf.Tensor; sums: tf.Tensor | undefined } {
  const [rows = 0, outputs = 0] = g.shape;
  const inputs = weight.size / outputs;
  const gradient = simd.output([rows, inputs]);
  const units = Math.ceil(rows / simd.exports.constant('BLOCK'));
  const sums = x && simd.output([units, inputs]);
  const left = sideOf(simd.address(g), rows, outputs, false);
  const right = sideOf(simd.address(weight), outputs, inputs, false);
  multiply(simd, left, right, simd.address(gradient), {
    ...NOTHING,
    scaleIn: simd.address(scaleOut),
    scale: simd.address(scaleIn),
    along: simd.address(x),
    sums: simd.address(sums),
  });
  return { gradient, sums };
}
