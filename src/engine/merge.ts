/** Folds what a method put around a layer into the layer's own weights, so that inference costs nothing extra. */
import * as tf from '@tensorflow/tfjs';
import type { TensorData } from '../lib/safetensors.ts';
import type { Value } from './autograd.ts';
import type { NormSite, Site } from './backbones/contract.ts';
import type { ChannelChange } from './ops/channels.ts';
import type { Adaptation } from './ops/linear.ts';
import { lowRankProduct } from './ops/low-rank.ts';
import type { Param, ParamSet } from './params.ts';

/**
 * W' = diag(scaleOut) · (W + low rank) · diag(scaleIn), b' = scaleOut ⊙ b + shift. Where a batch norm follows
 * the layer, scaleOut and shift fold into the norm's weight and bias instead, which keeps the
 * backbone's names. Returns the tensors that changed.
 */
export async function foldSite(
  site: Site,
  params: ParamSet,
  adapt: () => Adaptation,
): Promise<[string, TensorData][]> {
  const weight = params.get(`${site.layer}.weight`);
  const rows = site.norm ? params.get(`${site.norm}.weight`) : null;
  const bias = params.get(`${site.norm ?? site.layer}.bias`);
  const folded = tf.tidy(() => {
    const { scaleIn, scaleOut, shift, lowRank } = adapt();
    const plain = weight.value.tensor;
    const updated = lowRank ? tf.add(plain, lowRankProduct(lowRank).reshape(plain.shape)) : plain;
    const columns = times(updated, scaleIn, 1);
    const offset = times(bias.value.tensor, scaleOut, 0);
    return {
      weight: rows ? columns : times(columns, scaleOut, 0),
      rows: rows ? times(rows.value.tensor, scaleOut, 0) : undefined,
      bias: shift ? tf.add(offset, shift.tensor) : offset,
    };
  });
  const entries = [await read(weight, folded.weight), await read(bias, folded.bias)];
  if (rows && folded.rows) entries.push(await read(rows, folded.rows));
  return entries;
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
    const offset = times(bias.value.tensor, scaleOut, 0);
    return {
      weight: times(weight.value.tensor, scaleOut, 0),
      bias: shift ? tf.add(offset, shift.tensor) : offset,
    };
  });
  return [await read(weight, folded.weight), await read(bias, folded.bias)];
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
