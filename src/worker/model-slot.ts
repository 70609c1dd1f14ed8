import type { Model } from '../engine/model.ts';
import type { FrozenParams, Param } from '../engine/params.ts';

/** Where a trained network comes from: a finished run, an imported adapter, a backbone with its own head. */
export interface ModelSource {
  /** Puts it on the device. What it wants of the frozen tensors that are there it takes out. */
  build(frozen?: FrozenParams): Model;
}

/**
 * The one trained network on the device. Whoever asks for another one frees it; tensors of a
 * backbone that both stand on stay where they are.
 */
export class ModelSlot {
  #source: ModelSource | null = null;
  #model: Model | null = null;

  /** The source's network, built unless it is the one that is here. */
  get(source: ModelSource): Model {
    if (this.#source === source && this.#model) return this.#model;
    const frozen: FrozenParams = this.#model?.retire() ?? new Map<string, Param>();
    this.#model = null;
    this.#source = null;
    try {
      return this.put(source, source.build(frozen));
    } finally {
      for (const left of frozen.values()) left.dispose();
    }
  }

  /** Takes over a network that its source has on the device already. */
  put(source: ModelSource, model: Model): Model {
    this.clear();
    this.#source = source;
    this.#model = model;
    return model;
  }

  /** Frees the network if it is this source's. */
  free(source: ModelSource): void {
    if (this.#source === source) this.clear();
  }

  clear(): void {
    this.#model?.dispose();
    this.#model = null;
    this.#source = null;
  }
}
