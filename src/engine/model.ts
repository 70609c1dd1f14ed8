/** A network with its class names: what predicts, is shown and is taken home. */
import { createRng } from '../lib/rng.ts';
import type { TensorStream } from '../lib/safetensors-stream.ts';
import type { StateDict } from '../lib/safetensors.ts';
import { softmax } from '../lib/softmax.ts';
import type { FormValues, Prediction, ReadyModel } from '../protocol.ts';
import { decodeToPixels } from './data/preprocess.ts';
import { EngineError } from './errors.ts';
import { adapterSize } from './export/adapter.ts';
import type { Adapter, ModelFacts, TrainedModel } from './export/contract.ts';
import { traceNetwork, type TracedModel } from './export/graph/trace.ts';
import type { RunRecord } from './export/run-record.ts';
import type { SplitRecord } from './export/split-record.ts';
import { parseForm } from './form.ts';
import type { LoadedBackbone } from './loaded-backbone.ts';
import { Network, type NetworkPlan } from './network.ts';
import type { PeftMethod } from './peft/contract.ts';
import type { FrozenParams } from './params.ts';
import { methodNamed } from './peft/registry.ts';
import { imageFeed, predict } from './train/feed.ts';
import {
  hasTransformersClass,
  toTransformers,
  type TransformersModel,
} from './weights/to-transformers.ts';
import type { TimmNetwork } from './weights/transformers-names/contract.ts';

export class Model {
  readonly loaded: LoadedBackbone;
  readonly network: Network;
  readonly classes: readonly string[];
  readonly options: FormValues;
  /** Null where the model was imported, not trained here. */
  record: RunRecord | null = null;
  /** The images of its run; null where there was none. */
  split: SplitRecord | null = null;

  constructor(loaded: LoadedBackbone, network: Network, classes: readonly string[]) {
    this.loaded = loaded;
    this.network = network;
    this.classes = classes;
    this.options = network.options;
  }

  /**
   * A fresh network for a run: the method at its start, a new head. `halves`: frozen weights in half
   * precision where the device multiplies with them.
   */
  static fresh(
    loaded: LoadedBackbone,
    method: PeftMethod,
    options: FormValues,
    classes: readonly string[],
    seed: number,
    halves = false,
  ): Model {
    const rng = createRng(seed, 'initial values');
    return build(loaded, method, options, classes, { rng, halves });
  }

  /**
   * A trained model from its adapter.
   * @throws EngineError "mismatch" where the adapter was made on other weights.
   */
  static adapted(loaded: LoadedBackbone, adapter: Adapter, frozen?: FrozenParams): Model {
    const method = methodNamed(adapter.method);
    const options = parseForm(method.info.fields, adapter.methodOptions);
    const fitting = backboneOf(adapter, loaded);
    return Model.trained(fitting, method, options, adapter.classes, adapter.tensors, frozen);
  }

  /** A network whose trained tensors are known; they go to the device. `frozen` may be there already. */
  static trained(
    loaded: LoadedBackbone,
    method: PeftMethod,
    options: FormValues,
    classes: readonly string[],
    tensors: StateDict,
    frozen?: FrozenParams,
  ): Model {
    const values = { rng: createRng(0), trained: tensors, frozen };
    return build(loaded, method, options, classes, values);
  }

  /** The backbone with the head it came with; null where it came without. */
  static pretrained(loaded: LoadedBackbone, frozen?: FrozenParams): Model | null {
    const { classes } = loaded.info;
    if (!classes) return null;
    return Model.trained(loaded, methodNamed('linear'), {}, classes, loaded.weights, frozen);
  }

  /** Preprocesses one picture as the backbone wants it and classifies it. */
  async predict(image: Blob | ImageBitmap): Promise<Prediction> {
    const { preprocessing } = this.loaded.info;
    const bytes = await decodeToPixels(image, preprocessing);
    const tensor = predict(this.network, imageFeed(bytes, 1, preprocessing));
    const logits = Float32Array.from(await tensor.data());
    tensor.dispose();
    return { classes: this.classes, logits, probabilities: softmax(logits) };
  }

  async describe(): Promise<ReadyModel> {
    const tensor = this.network.scales();
    const scales = tensor ? Float32Array.from(await tensor.data()) : new Float32Array();
    tensor?.dispose();
    return {
      method: this.network.method.info.name,
      backbone: this.loaded.info,
      classes: this.classes,
      scaleSites: this.network.scaleSites,
      scales,
    };
  }

  /** Size in bytes of the adapter file this model leaves, whatever its tensors hold. */
  get adapterBytes(): number {
    const { info } = this.loaded;
    const description = {
      method: this.network.method.info.name,
      methodOptions: this.options,
      backbone: info,
      classes: this.classes,
      preprocessing: info.preprocessing,
      recordHash: '0'.repeat(64), // SHA-256 in hex
    };
    const shapes = this.network.trainable.map(({ name, shape }) => [name, shape] as const);
    return adapterSize(description, new Map(shapes));
  }

  /** What is known of it without a look at its numbers. */
  facts(): ModelFacts {
    const { backbone, config, info, weights } = this.loaded;
    const { name: method, foldsAway } = this.network.method.info;
    const ownsArchitecture = config?.architecture ?? null;
    return {
      method,
      methodOptions: this.options,
      foldsAway,
      hasTransformersClass: foldsAway && hasTransformersClass(this.#timmNetwork(weights)),
      backbone: info,
      backboneConfig: config,
      architecture: ownsArchitecture ?? backbone.architecture,
      modelArgs: ownsArchitecture ? (config?.modelArgs ?? {}) : backbone.modelArgs,
      heads: backbone.heads,
      firstConv: backbone.firstConv,
      numFeatures: backbone.features,
      classes: this.classes,
      record: this.record,
      split: this.split,
    };
  }

  /** Everything a person takes home. Tensors of the file that the network does not use pass through. */
  async takeHome(): Promise<TrainedModel> {
    return { ...this.facts(), tensors: await this.network.trained(), merged: this.#merged() };
  }

  /** As a class of Transformers; null where it has none. @param merged as `takeHome` gives them. */
  toTransformers(merged: StateDict): TransformersModel | null {
    const { params, heads } = this.loaded.backbone;
    const names = [
      ...params.map(({ name }) => name),
      ...heads.flatMap((head) => [`${head}.weight`, `${head}.bias`]),
    ];
    const own = new Set(names);
    const tensors = new Map([...merged].filter(([name]) => own.has(name)));
    return toTransformers(this.#timmNetwork(tensors));
  }

  /**
   * What it does to an image; the trace is the caller's to dispose.
   * @param merged as `takeHome` gives them, and null where the method does not fold away: then what
   * it put beside the layers comes along.
   */
  traced(merged: StateDict | null): TracedModel {
    const { classes, loaded } = this;
    const { preprocessing } = loaded.info;
    if (!merged) return { trace: traceNetwork(this.network), classes, preprocessing };
    const folded = { ...loaded, weights: merged };
    const twin = Model.trained(folded, methodNamed('linear'), {}, classes, merged);
    try {
      return { trace: traceNetwork(twin.network), classes, preprocessing };
    } finally {
      twin.dispose();
    }
  }

  #timmNetwork(tensors: StateDict): TimmNetwork {
    const { modelArgs, imageSize, normEpsilon } = this.loaded.backbone;
    return { tensors, modelArgs, imageSize, normEpsilon };
  }

  /** The whole file again, with what was trained folded in; null where that cannot be. */
  #merged(): TensorStream | null {
    const { network } = this;
    if (!network.method.info.foldsAway) return null;
    const merged = network.mergedStream();
    const changed = new Set(merged.shapes.map(([name]) => name));
    const { backbone, weights } = this.loaded;
    const isOfHead = (name: string): boolean =>
      backbone.heads.some((head) => name.startsWith(`${head}.`));
    const untouched = [...weights].filter(([name]) => !changed.has(name) && !isOfHead(name));
    return {
      shapes: [...merged.shapes, ...untouched.map(([name, { shape }]) => [name, shape] as const)],
      async *tensors() {
        yield* merged.tensors();
        yield* untouched;
      },
    };
  }

  /** Ends it but for its backbone's frozen tensors, which are the caller's to free. */
  retire(): FrozenParams {
    return this.network.retire();
  }

  dispose(): void {
    this.network.dispose();
  }
}

/**
 * The backbone an adapter was trained on, preparing images as its run did.
 * @throws EngineError "mismatch" where it is another one.
 */
export function backboneOf(
  { backbone, preprocessing }: Adapter,
  loaded: LoadedBackbone,
): LoadedBackbone {
  const { info } = loaded;
  if (info.hash !== backbone.hash) {
    throw new EngineError(
      'mismatch',
      `The adapter was trained on "${backbone.name}" with the hash ${backbone.hash.slice(0, 12)}…; the loaded backbone "${info.name}" has ${info.hash.slice(0, 12)}….`,
    );
  }
  const side = loaded.backbone.imageSize;
  if (preprocessing.size === side) return { ...loaded, info: { ...info, preprocessing } };
  throw new EngineError(
    'mismatch',
    `The adapter was trained on images of ${preprocessing.size} px; the loaded backbone "${info.name}" reads ${side} px.`,
  );
}

function build(
  loaded: LoadedBackbone,
  method: PeftMethod,
  options: FormValues,
  classes: readonly string[],
  values: Pick<NetworkPlan, 'rng' | 'trained' | 'frozen' | 'halves'>,
): Model {
  const { backbone, weights } = loaded;
  const plan = { backbone, method, options, weights, classes: classes.length, ...values };
  return new Model(loaded, new Network(plan), classes);
}
