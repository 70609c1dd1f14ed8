/** A backbone with its weights on the device and a method around its sites: what is trained, run and merged. */
import * as tf from '@tensorflow/tfjs';
import type { Rng } from '../lib/rng.ts';
import type { StateDict, TensorData } from '../lib/safetensors.ts';
import type { FormValues, ScaleSite } from '../protocol.ts';
import { Value } from './autograd.ts';
import { adaptedNetwork, type AdaptedBackbone } from './adapted-network.ts';
import type { Backbone } from './backbones/contract.ts';
import { EngineError } from './errors.ts';
import { adaptationOf, layersOf, normChangeOf } from './layers.ts';
import { foldNorm, foldSite } from './merge.ts';
import type { ChannelChange } from './ops/channels.ts';
import { join } from './ops/flat.ts';
import { linear, type Adaptation } from './ops/linear.ts';
import type { Noise } from './ops/low-rank.ts';
import { ParamSet, type Param } from './params.ts';
import { scaleName, type AdaptContext, type PeftMethod, type View } from './peft/contract.ts';

export const AS_TRAINED: View = { mode: 'both', strength: 1 };

export interface NetworkPlan {
  readonly backbone: Backbone;
  readonly method: PeftMethod;
  readonly options: FormValues;
  /** The backbone's tensors, adopted by it; a head among them is left out. */
  readonly weights: StateDict;
  readonly classes: number;
  /** Draws the new head and whatever the method draws. */
  readonly rng: Rng;
  /** Values for trained tensors in place of fresh ones: an adapter, a checkpoint. */
  readonly trained?: StateDict;
}

export interface ForwardOptions {
  readonly view?: View | undefined;
  /** For training only. */
  readonly noise?: Noise | undefined;
  /** Blocks keep nothing for the backward pass and are run once more by it. */
  readonly recomputes?: boolean | undefined;
}

export class Network {
  readonly backbone: Backbone;
  readonly method: PeftMethod;
  readonly options: FormValues;
  /** Outputs of a classifier. */
  readonly classes: number;
  readonly #params = new ParamSet();
  /** The backbone as its method sees it. */
  readonly #adapted: AdaptedBackbone;
  readonly #sites: ReadonlyMap<string, AdaptedBackbone['sites'][number]>;
  readonly #constants = new Map<string, tf.Tensor2D>();

  constructor(plan: NetworkPlan) {
    this.backbone = plan.backbone;
    this.method = plan.method;
    this.options = plan.options;
    this.classes = plan.classes;
    this.#adapted = adaptedNetwork(plan.backbone);
    this.#sites = new Map(this.#adapted.sites.map((site) => [site.name, site]));
    try {
      this.#load(plan);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** What the optimizer moves, sorted by name. */
  get trainable(): Param[] {
    return this.#params.trainable();
  }

  /** Parameters in all; batch-norm statistics are not parameters. */
  get parameterCount(): number {
    const statistics = new Set(
      this.backbone.params.filter((spec) => spec.role === 'statistic').map((spec) => spec.name),
    );
    const counted = this.#params.all().filter((param) => !statistics.has(param.name));
    return counted.reduce((sum, param) => sum + param.size, 0);
  }

  /** Share of additional work that the method leaves for every prediction. */
  get extraCost(): number {
    return this.method.extraCost?.(this.#adapted, this.options) ?? 0;
  }

  /** Sites that have a learned scale, in network order, with their place in `scales()`. */
  get scaleSites(): ScaleSite[] {
    let offset = 0;
    return this.backbone.sites.flatMap((site) => {
      const scale = this.#params.find(scaleName(site.name));
      if (!scale || !this.method.info.hasScales) return [];
      const entry = { site: site.name, label: site.label, width: scale.size, offset };
      offset += scale.size;
      return [entry];
    });
  }

  /** All learned scales, site after site; null where there are none. The caller frees it. */
  scales(): tf.Tensor1D | null {
    const parts = this.scaleSites.map(({ site }) =>
      this.#params.get(scaleName(site)).value.tensor.flatten(),
    );
    if (parts.length === 0) return null;
    const joined = tf.concat1d(parts);
    tf.dispose(parts);
    return joined;
  }

  /** Images [B, S, S, 3], normalised → logits [B, classes]. */
  forward(images: tf.Tensor4D, { view, noise, recomputes }: ForwardOptions = {}): Value {
    const { backbone, method } = this;
    const context = this.#context(view ?? AS_TRAINED, noise ?? null);
    const layers = layersOf({
      backbone,
      method,
      context,
      params: this.#params,
      sites: this.#sites,
      recomputes: recomputes ?? false,
    });
    return backbone.forward(layers, images);
  }

  /** Logits outside of training; the caller frees them. */
  predict(images: tf.Tensor4D, view?: View): tf.Tensor2D {
    return tf.tidy(() => {
      const logits: tf.Tensor2D = this.forward(images, { view }).tensor.as2D(images.shape[0], -1);
      return logits;
    });
  }

  /** Values of everything trained, read back from the device. */
  async trained(): Promise<StateDict> {
    return readTogether(this.trainable);
  }

  /**
   * The backbone's tensors and the head with the method folded in, under the backbone's own
   * names and shapes.
   * @throws EngineError "bad-request" where the method does not fold away.
   */
  async merged(view: View = AS_TRAINED): Promise<StateDict> {
    const { label, foldsAway } = this.method.info;
    if (!foldsAway) {
      throw new EngineError(
        'bad-request',
        `Only methods that fold into the weights can be merged; “${label}” adds parts that stay beside them.`,
      );
    }
    const context = this.#context(view, null);
    const names = [...this.backbone.params.map((spec) => spec.name), ...this.#headNames().flat()];
    const params = names.map((name) => this.#params.get(name));
    const frozen = await this.#params.stateDict(params.filter(({ trainable }) => !trainable));
    const trained = await readTogether(params.filter(({ trainable }) => trainable));
    const folded = new Map([...frozen, ...trained]);
    for (const site of this.#adapted.sites) {
      const adapt = (): Adaptation => adaptationOf(this.method, site, context);
      for (const [name, data] of await foldSite(site, this.#params, adapt)) folded.set(name, data);
    }
    for (const norm of this.backbone.norms) {
      const change = (): ChannelChange => normChangeOf(this.method, norm.name, context);
      for (const [name, data] of await foldNorm(norm, this.#params, change)) folded.set(name, data);
    }
    return folded;
  }

  /** Replaces trained values, e.g. by the best epoch's. */
  restore(values: StateDict): void {
    for (const param of this.trainable) {
      const data = expect(values, param.name, param.shape);
      param.assign(tf.tensor(data.data, [...param.shape]));
    }
  }

  dispose(): void {
    this.#params.dispose();
    for (const constant of this.#constants.values()) constant.dispose();
    this.#constants.clear();
  }

  #load({ backbone, method, options, weights, classes, rng, trained }: NetworkPlan): void {
    for (const spec of backbone.params) {
      const trains = method.trains(spec, options);
      const source = (trains ? trained : undefined) ?? weights;
      this.#params.add(spec.name, expect(source, spec.name, spec.shape), trains);
    }
    const refusal = method.refuses?.(this.#adapted, options);
    if (refusal) throw new EngineError('bad-setting', refusal);
    for (const own of method.create?.(this.#adapted, options, rng) ?? []) {
      const data = trained ? expect(trained, own.name, own.shape) : ownData(own.shape, own.initial);
      this.#params.add(own.name, data, true);
    }
    for (const [weight, bias] of this.#headNames()) {
      const shape = [classes, backbone.features];
      const fresh = ownData(shape, drawHead(classes * backbone.features, rng));
      this.#params.add(weight, trained ? expect(trained, weight, shape) : fresh, true);
      const zero = ownData([classes], new Float32Array(classes));
      this.#params.add(bias, trained ? expect(trained, bias, [classes]) : zero, true);
    }
  }

  #headNames(): [string, string][] {
    return this.backbone.heads.map((head) => [`${head}.weight`, `${head}.bias`]);
  }

  #context(view: View, noise: Noise | null): AdaptContext {
    const params = this.#params;
    return {
      view,
      noise,
      options: this.options,
      network: this.#adapted,
      own: (name) => params.find(name)?.value,
      linear: (name, x) => linear(x, params.get(`${name}.weight`), params.get(`${name}.bias`)),
      constant: (name, make) => this.#constant(name, make),
      ones: (width) => new Value(this.#constant(`${width} ones`, () => tf.ones([1, width])).as1D()),
    };
  }

  #constant(name: string, make: () => tf.Tensor2D): tf.Tensor2D {
    const known = this.#constants.get(name);
    if (known) return known;
    const made = tf.keep(make());
    this.#constants.set(name, made);
    return made;
  }
}

function ownData(shape: readonly number[], data: Float32Array): TensorData {
  return { shape, data };
}

/** timm's head initialisation: normal with standard deviation 0.02. */
function drawHead(size: number, rng: Rng): Float32Array {
  return Float32Array.from({ length: size }, () => 0.02 * rng.normal());
}

function expect(weights: StateDict, name: string, shape: readonly number[]): TensorData {
  const data = weights.get(name);
  if (!data)
    throw new EngineError('mismatch', `The weights must hold the tensor "${name}"; they do not.`);
  const same =
    data.shape.length === shape.length && shape.every((side, i) => data.shape[i] === side);
  if (same) return data;
  throw new EngineError(
    'mismatch',
    `The tensor "${name}" must have the shape [${shape.join(', ')}]; got [${data.shape.join(', ')}].`,
  );
}

/** The values of params as they are now: steps that come before they are read do not change them. */
async function readTogether(params: readonly Param[]): Promise<StateDict> {
  if (params.length === 0) return new Map();
  const flat = tf.tidy(() => join(params.map((param) => param.value.tensor)));
  const values = await flat.data<'float32'>();
  flat.dispose();
  let start = 0;
  const entries = params.map(({ name, shape, size }) => {
    const data = Float32Array.from(values.subarray(start, start + size));
    start += size;
    return [name, { shape, data }] as const;
  });
  return new Map(entries);
}
