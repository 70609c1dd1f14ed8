/** A backbone with its weights on the device and a method around its sites: what is trained, run and merged. */
import * as tf from '@tensorflow/tfjs';
import type { Rng } from '../lib/rng.ts';
import type { TensorStream } from '../lib/safetensors-stream.ts';
import type { StateDict, TensorData } from '../lib/safetensors.ts';
import type { FormValues, ScaleSite } from '../protocol.ts';
import { recomputed, scope, Value, withoutSaving } from './autograd.ts';
import { adaptedNetwork, type AdaptedBackbone } from './adapted-network.ts';
import type { Backbone, Stretch } from './backbones/contract.ts';
import { EngineError } from './errors.ts';
import { KeptTensors } from './kept-tensors.ts';
import { layersOf } from './layers.ts';
import { mergedStream } from './merged-stream.ts';
import { linear } from './ops/linear.ts';
import type { Noise } from './ops/low-rank.ts';
import { lastBlocksOf } from './peft/last-blocks.ts';
import { ParamSet, type FrozenParams, type Param } from './params.ts';
import { readTogether } from './read-together.ts';
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
  /** Frozen weights lie in half precision on a device that can multiply with them. */
  readonly halves?: boolean;
  /** Values for trained tensors in place of fresh ones: an adapter, a checkpoint. */
  readonly trained?: StateDict;
  /** Another network's frozen tensors: those made of the same weights are taken out of it. */
  readonly frozen?: FrozenParams;
}

export interface ForwardOptions {
  readonly view?: View | undefined;
  /** Stretches that are behind the input. */
  readonly after?: number | undefined;
  /** For training only. */
  readonly noise?: Noise | undefined;
  /** Blocks keep nothing for the backward pass and are run once more by it. */
  readonly recomputes?: boolean | undefined;
}

export interface FrozenPart {
  readonly stretches: number;
  /** Of what the last of them puts out for one image. */
  readonly shape: readonly number[];
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
  readonly #constants = new KeptTensors<tf.Tensor2D>();

  constructor(plan: NetworkPlan) {
    this.backbone = plan.backbone;
    this.method = plan.method;
    this.options = plan.options;
    this.classes = plan.classes;
    this.#adapted = adaptedNetwork(plan.backbone, lastBlocksOf(plan.options));
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

  /** Images [B, S, S, 3], normalised, or what `after` stretches made of them → logits [B, classes]. */
  forward(input: tf.Tensor, { after = 0, ...options }: ForwardOptions = {}): Value {
    return this.#run(this.backbone.stretches.slice(after), new Value(input), options);
  }

  /** Logits outside of training; the caller frees them. */
  predict(input: tf.Tensor, options: Pick<ForwardOptions, 'after' | 'view'> = {}): tf.Tensor2D {
    return tf.tidy(() => {
      const logits: tf.Tensor2D = this.forward(input, options).tensor.as2D(input.shape[0], -1);
      return logits;
    });
  }

  /** What comes before everything that is trained: the same for an image whatever is learned. */
  frozenPart(): FrozenPart {
    const side = this.backbone.imageSize;
    let found: FrozenPart = { stretches: 0, shape: [side, side, 3] };
    tf.tidy(() => {
      withoutSaving(() => {
        let x = new Value(tf.zeros([1, side, side, 3]));
        for (const stretch of this.backbone.stretches) {
          x = this.#run([stretch], x, {});
          if (x.needsGradient) return;
          found = { stretches: found.stretches + 1, shape: x.shape.slice(1) };
        }
      });
    });
    return found;
  }

  /** What the first `count` stretches make of images [B, S, S, 3]; the caller frees it. */
  begin(images: tf.Tensor, count: number): tf.Tensor {
    const first = this.backbone.stretches.slice(0, count);
    return tf.tidy(() => this.#run(first, new Value(images), {}).tensor);
  }

  /** Names of the tensors, by what a forward pass finds them in. */
  valueNames(): ReadonlyMap<Value, string> {
    return new Map(this.#params.all().map((param) => [param.value, param.name]));
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
    const folded = new Map<string, TensorData>();
    for await (const [name, tensor] of this.mergedStream(view).tensors()) folded.set(name, tensor);
    return folded;
  }

  /**
   * The same a tensor at a time: as much is in ordinary memory as one layer has.
   * @throws EngineError "bad-request" where the method does not fold away.
   */
  mergedStream(view: View = AS_TRAINED): TensorStream {
    const { label, foldsAway } = this.method.info;
    if (!foldsAway) {
      throw new EngineError(
        'bad-request',
        `Only methods that fold into the weights can be merged; “${label}” adds parts that stay beside them.`,
      );
    }
    const context = this.#context(view, null);
    const names = [...this.backbone.params.map((spec) => spec.name), ...this.#headNames().flat()];
    const { method } = this;
    return mergedStream({ network: this.#adapted, method, context, params: this.#params, names });
  }

  /** Replaces trained values, e.g. by the best epoch's. */
  restore(values: StateDict): void {
    for (const param of this.trainable) {
      const data = expect(values, param.name, param.shape);
      param.assign(tf.tensor(data.data, [...param.shape]));
    }
  }

  /** Has all weights in single precision from here on: what predicts as its exported files do. */
  unpack(): void {
    for (const param of this.#params.all()) param.unpack();
  }

  /** Ends this network but for its frozen tensors, which are the caller's to free. */
  retire(): FrozenParams {
    const frozen = this.#params.release();
    this.dispose();
    return frozen;
  }

  dispose(): void {
    this.#params.dispose();
    this.#constants.forget();
  }

  #load(plan: NetworkPlan): void {
    const { backbone, method, options, weights, classes, rng, trained, frozen } = plan;
    for (const spec of backbone.params) {
      const trains = this.#adapted.includes(spec.name) && method.trains(spec, options);
      const source = (trains ? trained : undefined) ?? weights;
      const data = expect(source, spec.name, spec.shape);
      const halves = plan.halves === true && spec.role === 'weight';
      const there = trains ? undefined : frozen?.get(spec.name);
      if (there?.source !== data) this.#params.add(spec.name, data, trains, halves);
      else {
        this.#params.put(there);
        frozen?.delete(spec.name);
      }
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

  #run(stretches: readonly Stretch[], input: Value, options: ForwardOptions): Value {
    const { view = AS_TRAINED, noise, recomputes } = options;
    const layers = layersOf({
      backbone: this.backbone,
      adapted: this.#adapted,
      method: this.method,
      context: this.#context(view, noise ?? null),
      params: this.#params,
    });
    return stretches.reduce((x, stretch) => {
      const run = (): Value => stretch.run(layers, x);
      const same = noise?.repeatable(run) ?? run;
      return recomputes ? recomputed(same) : scope(same);
    }, input);
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
      constant: (name, make) => this.#constants.get(name, make),
      ones: (width) =>
        new Value(this.#constants.get(`${width} ones`, () => tf.ones([1, width])).as1D()),
    };
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
