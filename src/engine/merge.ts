/** Folds what a method put around a layer into the layer's own weights, so that inference costs nothing extra. */
import * as tf from '@tensorflow/tfjs';
import type { TensorData } from '../lib/safetensors.ts';
import type { Value } from './autograd.ts';
import type { NormSite, Site } from './backbones/contract.ts';
import { EngineError } from './errors.ts';
import type { ChannelChange } from './ops/channels.ts';
import type { Adaptation } from './ops/linear.ts';
import { lowRankProduct } from './ops/low-rank.ts';
import type { Param, ParamSet } from './params.ts';

/**
 * W' = diag(scaleOut) · (W + low rank) · diag(scaleIn), b' = scaleOut ⊙ b + shift. Where a batch
 * norm follows the layer, scaleOut and shift fold into the norm's weight and bias instead, which
 * keeps the backbone's names. Returns the tensors that changed.
 * @throws EngineError "internal" for a shift where nothing adds an offset.
 */
export async function foldSite(
  site: Site,
  params: ParamSet,
  adapt: () => Adaptation,
): Promise<[string, TensorData][]> {
  const weight = params.get(`${site.layer}.weight`);
  const rows = site.norm ? params.get(`${site.norm}.weight`) : null;
  const biasName = `${site.norm ?? site.layer}.bias`;
  const bias = params.find(biasName);
  // A depthwise kernel has its input channels where others have their outputs.
  const inputAxis = site.kind === 'depthwise' ? 0 : 1;
  const folded = tf.tidy(() => {
    const { scaleIn, scaleOut, shift, lowRank } = adapt();
    const plain = weight.exact();
    const updated = lowRank ? tf.add(plain, lowRankProduct(lowRank).reshape(plain.shape)) : plain;
    const columns = times(updated, scaleIn, inputAxis);
    if (shift && !bias) {
      throw new EngineError('internal', `A shift folds into "${biasName}"; there is none.`);
    }
    return {
      weight: rows ? columns : times(columns, scaleOut, 0),
      rows: rows ? times(rows.exact(), scaleOut, 0) : undefined,
      bias: bias ? moved(bias.exact(), { scaleOut, shift }) : undefined,
    };
  });
  const entries = [await read(weight, folded.weight)];
  if (bias && folded.bias) entries.push(await read(bias, folded.bias));
  if (rows && folded.rows) entries.push(await read(rows, folded.rows));
  return entries;
}

/** The tensors that `foldSite` changes, in its order. */
export function namesOfSite(site: Site, params: ParamSet): string[] {
  const bias = `${site.norm ?? site.layer}.bias`;
  return [
    `${site.layer}.weight`,
    ...(params.find(bias) ? [bias] : []),
    ...(site.norm ? [`${site.norm}.weight`] : []),
  ];
}

/** weight' = scaleOut ⊙ weight, bias' = scaleOut ⊙ bias + shift. */
export async function foldNorm(
  norm: NormSite,
  params: ParamSet,
  change: () => ChannelChange,
): Promise<[string, TensorData][]> {
  const weight = params.get(`${norm.name}.weight`);
  const bias = params.get(`${norm.name}.bias`);
  const folded = tf.tidy(() => {
    const { scaleOut, shift } = change();
    return {
      weight: times(weight.exact(), scaleOut, 0),
      bias: moved(bias.exact(), { scaleOut, shift }),
    };
  });
  return [await read(weight, folded.weight), await read(bias, folded.bias)];
}

function moved(bias: tf.Tensor, { scaleOut, shift }: ChannelChange): tf.Tensor {
  const scaled = times(bias, scaleOut, 0);
  return shift ? tf.add(scaled, shift.tensor) : scaled;
}

/** Multiplies along one axis where there is a scale. */
function times(tensor: tf.Tensor, scale: Value | undefined, axis: number): tf.Tensor {
  if (!scale) return tensor.clone();
  const shape = tensor.shape.map((_, i) => (i === axis ? -1 : 1));
  return tf.mul(tensor, scale.tensor.reshape(shape));
}

async function read(param: Param, tensor: tf.Tensor): Promise<[string, TensorData]> {
  const data = Float32Array.from(await tensor.data<'float32'>());
  tensor.dispose();
  return [param.name, { shape: param.shape, data }];
}
