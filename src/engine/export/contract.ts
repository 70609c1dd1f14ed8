import type { ModelConfig } from '../../lib/model-config.ts';
import type { TensorStream } from '../../lib/safetensors-stream.ts';
import type { StateDict } from '../../lib/safetensors.ts';
import type {
  BackboneInfo,
  BackboneOrigin,
  CodeSnippet,
  ExportedFileWords,
  ExportFormatInfo,
  FormValues,
  Preprocessing,
} from '../../protocol.ts';
import type { TransformersModel } from '../weights/to-transformers.ts';
import type { TracedModel } from './graph/trace.ts';
import type { RunRecord } from './run-record.ts';
import type { SplitRecord } from './split-record.ts';

/** What is known of a trained model without its numbers. */
export interface ModelFacts {
  readonly method: string;
  readonly methodOptions: FormValues;
  /** Nothing of the method stays beside the weights. */
  readonly foldsAway: boolean;
  /** Python's Transformers has a class that computes this network. */
  readonly hasTransformersClass: boolean;
  readonly backbone: BackboneInfo;
  readonly backboneConfig: ModelConfig | null;
  /** timm's create_model name and arguments that build the network, its number of classes aside. */
  readonly architecture: string;
  readonly modelArgs: Readonly<Record<string, unknown>>;
  /** timm names of the classifiers: "head" or "fc" alone, or several that answer together. */
  readonly heads: readonly string[];
  /** timm name of the first convolution, e.g. "patch_embed.proj". */
  readonly firstConv: string;
  /** Width of what a classifier reads. */
  readonly numFeatures: number;
  readonly classes: readonly string[];
  /** Null where the model was imported, not trained on this page. */
  readonly record: RunRecord | null;
  /** Its run's images; null where there was none. */
  readonly split: SplitRecord | null;
}

/** A trained model and everything a person takes home of it. */
export interface TrainedModel extends ModelFacts {
  /** Everything that was trained, the head included. */
  readonly tensors: StateDict;
  /**
   * The whole network with the method folded in: timm's names, the new head included. Null where
   * the method does not fold away. Read from the device a layer at a time.
   */
  readonly merged: TensorStream | null;
}

/** Where a format takes its files from. */
export interface ExportSource extends TrainedModel {
  /** How Transformers is told of the network; null where it has no class that computes the same. */
  transformers(): Promise<TransformersModel | null>;
  /** What the network does to an image; files of it are written before the source is disposed. */
  traced(): Promise<TracedModel>;
  dispose(): Promise<void>;
}

/** How far logits may move on the way through a file of the same float32 numbers. */
export const SAME_NUMBERS = 1e-3;

export interface Proof {
  /**
   * ONNX Runtime, also for a file inside a script, TensorFlow.js as everybody has it, or what opens
   * weights and adapters on this page.
   */
  readonly reader: 'onnx' | 'embedded' | 'graph-model' | 'weights' | 'adapter';
  /** Largest |Δlogit| that may leave the page. */
  readonly tolerance: number;
}

/** A file's content; pieces are for what is too large to stand in memory, and come as often as they are asked for. */
export type PartInput = string | Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array<ArrayBuffer>>;

/** A file in the folder that is taken home. */
export interface ExportedPart {
  /** With its folders, e.g. "onnx/model.onnx". */
  readonly name: string;
  readonly input: PartInput;
  /** How it is opened again before it leaves the page, and how far its logits may be off. */
  readonly proof?: Proof;
}

/** The same once its pieces are written. */
export interface StoredPart extends Omit<ExportedPart, 'input'> {
  readonly input: string | Uint8Array<ArrayBuffer> | Blob;
}

/** One way to take a model home. */
export interface ExportFormat {
  readonly info: ExportFormatInfo;
  /** What is in the folder: its files, and a few words on each. */
  contents(facts: ModelFacts): readonly ExportedFileWords[];
  /** The lines that use it, preprocessing included. @param folder the folder's name. */
  snippets(facts: ModelFacts, folder: string): readonly CodeSnippet[];
  files(source: ExportSource, folder: string): Promise<readonly ExportedPart[]>;
}

/** What adapter.safetensors holds: enough to give the same predictions on the same backbone. */
export interface Adapter {
  readonly method: string;
  readonly methodOptions: FormValues;
  readonly backbone: {
    readonly name: string;
    readonly origin: BackboneOrigin;
    /** SHA-256 of the backbone's weights file, hex. */
    readonly hash: string;
  };
  readonly classes: readonly string[];
  readonly preprocessing: Preprocessing;
  /** SHA-256 over the run's own files, hex; null where it came without them. */
  readonly recordHash: string | null;
  readonly tensors: StateDict;
}
