/** What is left of a run once it is over: all that it learned, in ordinary memory, and nothing on the device. */
import type { StateDict } from '../lib/safetensors.ts';
import type { Evaluation, EvaluationMode, FormValues } from '../protocol.ts';
import type { Sample } from './data/split.ts';
import { EngineError } from './errors.ts';
import type { RunRecord } from './export/run-record.ts';
import type { SplitRecord } from './export/split-record.ts';
import type { LoadedBackbone } from './loaded-backbone.ts';
import { Model } from './model.ts';
import type { FrozenParams } from './params.ts';
import type { PeftMethod } from './peft/contract.ts';
import { evaluate, type LoadEvaluationBatch } from './train/evaluate.ts';

export interface TrainedRunParts {
  readonly id: number;
  readonly loaded: LoadedBackbone;
  readonly method: PeftMethod;
  readonly options: FormValues;
  readonly classes: readonly string[];
  readonly validation: readonly Sample[];
  readonly batchSize: number;
  readonly loadEvaluation: LoadEvaluationBatch;
  /** Trained tensors of the best epoch. */
  readonly best: StateDict;
  /** Epoch → its trained tensors; the best epoch's may be `best` itself. */
  readonly snapshots: ReadonlyMap<number, StateDict>;
  readonly record: RunRecord;
  readonly split: SplitRecord;
}

export class TrainedRun {
  readonly id: number;
  readonly loaded: LoadedBackbone;
  readonly #parts: TrainedRunParts;
  #snapshots: ReadonlyMap<number, StateDict>;

  constructor(parts: TrainedRunParts) {
    this.id = parts.id;
    this.loaded = parts.loaded;
    this.#parts = parts;
    this.#snapshots = parts.snapshots;
  }

  /** All that brings it back, for keeping it elsewhere. */
  get parts(): TrainedRunParts {
    return { ...this.#parts, snapshots: this.#snapshots };
  }

  /** Of the trained tensors, the backbone's left out. */
  get bytes(): number {
    const states = new Set([this.#parts.best, ...this.#snapshots.values()]);
    return [...states].reduce((sum, state) => sum + stateBytes(state), 0);
  }

  /** The best weights on the device again. The caller disposes of the model. */
  build(frozen?: FrozenParams): Model {
    const { loaded, method, options, classes, best, record, split } = this.#parts;
    const model = Model.trained(loaded, method, options, classes, best, frozen);
    model.record = record;
    model.split = split;
    return model;
  }

  /**
   * The validation set under `model`, which this run built or trained; `epoch` null means the
   * best weights, and those are what the model holds afterwards.
   * @throws EngineError "bad-request" where the epoch's weights are not kept.
   */
  async evaluate(
    model: Model,
    mode: EvaluationMode,
    strength: number,
    epoch: number | null,
  ): Promise<Evaluation> {
    const { validation, batchSize, loadEvaluation, best } = this.#parts;
    if (validation.length === 0) {
      throw new EngineError(
        'not-ready',
        'The images that judged this run are not here, so it cannot be judged again.',
      );
    }
    const { network } = model;
    const judge = (): Promise<Evaluation> =>
      evaluate({
        network,
        samples: validation,
        batchSize,
        view: { mode, strength },
        load: loadEvaluation,
      });
    if (epoch === null) return judge();
    network.restore(this.#snapshot(epoch));
    try {
      return await judge();
    } finally {
      network.restore(best);
    }
  }

  /** Frees the weights of all epochs but the best; looking back at one is an error from then on. */
  dropSnapshots(): void {
    this.#snapshots = new Map();
  }

  #snapshot(epoch: number): StateDict {
    const snapshot = this.#snapshots.get(epoch);
    if (snapshot) return snapshot;
    const kept = [...this.#snapshots.keys()].join(', ') || 'none';
    throw new EngineError('bad-request', `Weights are kept of the epochs ${kept}; got ${epoch}.`);
  }
}

export function stateBytes(state: StateDict): number {
  return [...state.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
}
