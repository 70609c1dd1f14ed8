import type { ModelConfig } from '../../lib/model-config.ts';
import type { StateDict } from '../../lib/safetensors.ts';
import type { BackboneInfo, BackboneOrigin, FormValues, Preprocessing } from '../../protocol.ts';
import type { RunRecord } from './run-record.ts';
import type { SplitRecord } from './split-record.ts';

/** A trained model and everything a person takes home of it. */
export interface TrainedModel {
  readonly method: string;
  readonly methodOptions: FormValues;
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
  /** Everything that was trained, the head included. */
  readonly tensors: StateDict;
  /**
   * The whole network with the method folded in: timm's names, the new head included. Null where
   * the method does not fold away.
   */
  readonly merged: StateDict | null;
  /** Null where the model was imported, not trained on this page. */
  readonly record: RunRecord | null;
  /** Its run's images; null where there was none. */
  readonly split: SplitRecord | null;
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
  readonly tensors: StateDict;
}
