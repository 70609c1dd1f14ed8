import type { ModelConfig } from '../../lib/model-config.ts';
import type { StateDict } from '../../lib/safetensors.ts';
import type { BackboneOrigin } from '../../protocol.ts';

/** A pretrained network's tensors and what came with them, wherever they came from. */
export interface OpenedWeights {
  /** Under timm's names, whatever the file's are. */
  readonly tensors: StateDict;
  /** Whose names the file carries. */
  readonly naming: 'timm' | 'transformers';
  /** Sentences on what of the file could not be used. */
  readonly notes: readonly string[];
  /** Null where no config.json came with the weights. */
  readonly config: ModelConfig | null;
  /** SHA-256 of the weights file, hex. */
  readonly hash: string;
  readonly name: string;
  readonly origin: BackboneOrigin;
  /** They were served from the browser's own cache. */
  readonly cached: boolean;
}

export interface OpenHooks {
  /** Bytes so far, of a total; `note` says what is being done, or what could not be. */
  readonly onProgress: (done: number, total: number, note: string) => void;
  readonly signal: AbortSignal;
}
