/** A linear layer with what surrounds it in one kernel each way, where the device has them. */
import * as tf from '@tensorflow/tfjs';
import { deferred, lazy, saved, traced, wants, type Ending, type Value } from '../autograd.ts';
import { hasLinearKernel, linearInputGradient, linearKernel } from '../kernels/linear.ts';
import { canRemake, type RemadeTensors } from '../kernels/remade.ts';
import type { Param } from '../params.ts';
import { scaleBy } from './channels.ts';
import { beforeEnding, layerSums } from './fused-parts.ts';
import { asMatrix, transposedTimes } from './matmul.ts';
import type { Adaptation } from './linear.ts';

interface Layer {
  readonly x: Value;
  readonly weight: Param;
  readonly bias: Param | undefined;
  readonly adaptation: Omit<Adaptation, 'lowRank'>;
}

/**
 * `linear` of the same arguments, which takes a GELU or a sum that follows it along; null where the
 * device has no kernel for it or the layer has a low-rank update.
 */
export function fusedLinear(
  x: Value,
  weight: Param,
  bias: Param | undefined,
  { lowRank, ...adaptation }: Adaptation,
): Value | null {
  const [outputs = 0] = weight.shape;
  const inputs = x.shape.at(-1) ?? 0;
  if (lowRank || !hasLinearKernel(inputs, outputs)) return null;
  const layer = { x, weight, bias, adaptation };
  const sources = { x, weight: weight.value, bias: bias?.value, ...adaptation };
  return deferred([...x.shape.slice(0, -1), outputs], sources, (ending) => finish(layer, ending));
}

function finish({ x, weight, bias, adaptation }: Layer, ending: Ending): Value {
  const { activation, residual } = ending;
  const { scaleIn, scaleOut, shift } = adaptation;
  const input = asMatrix(x.tensor); // [N, in]
  const inputs = { x, weight: weight.value, bias: bias?.value, scaleIn, scaleOut, shift, residual };
  const trains = Object.values(inputs).some((value) => wants(value));
  const keepsPlain = wants(scaleOut) || (trains && activation === 'gelu');
  const { output, plain } = linearKernel(
    input,
    weight.matrix,
    {
      bias: bias?.value.tensor,
      scaleIn: scaleIn?.tensor,
      scaleOut: scaleOut?.tensor,
      shift: shift?.tensor,
    },
    { activation, residual: residual && asMatrix(residual.tensor) },
    keepsPlain,
  );
  const wantsScales = { in: wants(scaleIn), out: wants(scaleOut) };
  const wantsSum = wants(bias?.value) || wants(shift);
  const remade = wantsScales.in && !wants(weight.value) && canRemake() ? x.remade : null;
  return traced(
    output.reshape([...x.shape.slice(0, -1), weight.shape[0] ?? 0]),
    inputs,
    {
      input: wants(weight.value) || (wantsScales.in && !remade) ? input : undefined,
      ...(remade?.tensors ?? { madeFrom: undefined }),
      plain,
      // A trained weight must be read as it was in the forward pass.
      weight: wants(weight.value) ? weight.value.tensor : undefined,
      scaleIn: scaleIn?.tensor,
      scaleOut: scaleOut?.tensor,
      output: trains && activation === 'relu' ? output : undefined,
      shift: activation ? shift?.tensor : undefined,
    },
    (gradient, kept) => {
      const g = lazy(() => beforeEnding(gradient, ending, kept));
      const back = lazy(() => {
        const matrix = kept.weight ?? weight.matrix;
        const along = remade ? { ...remade, tensors: madeOf(kept) } : kept.input;
        return linearInputGradient(g(), matrix, kept, wantsScales.in ? along : undefined);
      });
      const sums = lazy(() =>
        layerSums(
          {
            g: g(),
            u: wantsScales.out ? kept.plain : undefined,
            plain: wantsSum,
            parts: wantsScales.in ? back().sums : undefined,
          },
          { products: scaleOut?.gradient, total: scaleIn?.gradient },
        ),
      );
      const scaled = lazy(() => asMatrix(scaleBy(g(), kept.scaleOut)));
      const rescaled = lazy(() => asMatrix(scaleBy(saved(kept.input), kept.scaleIn)));
      return {
        x: () => back().gradient.reshape(x.shape),
        weight: () => transposedTimes(scaled(), rescaled()).reshape([...weight.shape]),
        bias: () => tf.mul(saved(sums().sum), kept.scaleOut ?? 1),
        scaleIn: () => ({ sum: saved(sums().total) }),
        scaleOut: () => ({ sum: saved(sums().products) }),
        shift: () => saved(sums().sum).clone(),
        residual: () => g().reshape(gradient.shape).clone(),
      };
    },
    plain && !residual && activation !== 'relu'
      ? {
          by: activation ?? 'scale',
          tensors: { madeFrom: plain, madeScale: scaleOut?.tensor, madeShift: shift?.tensor },
        }
      : null,
  );
}

const madeOf = (kept: RemadeTensors): RemadeTensors => ({
  madeFrom: kept.madeFrom,
  madeStatistics: kept.madeStatistics,
  madeScale: kept.madeScale,
  madeShift: kept.madeShift,
});
