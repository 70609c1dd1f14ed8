import type { StateDict } from '../../lib/safetensors.ts';
import type { EpochRecord, RunConfig, ScaleFrame, StepRecord } from '../../protocol.ts';
import type { RunSteps } from '../train/step-memory.ts';
import type { Resumption } from '../train/training-state.ts';

/** Where the files of one run's checkpoints lie. */
export interface CheckpointFolder {
  names(): Promise<readonly string[]>;
  /** Null where it is not there. */
  read(name: string): Promise<Uint8Array | null>;
  /** All of it, or what is read of it later is no file. @throws EngineError "storage" */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Deletes every other file, as far as it can. */
  keepOnly(names: ReadonlySet<string>): Promise<void>;
}

/** What was asked of a run, and how its steps were planned when it began. */
export interface RunOrder {
  readonly config: RunConfig;
  readonly trial: boolean;
  readonly steps: RunSteps;
}

/** What a run has told so far. */
export interface RunHistory {
  readonly steps: readonly StepRecord[];
  readonly epochs: readonly EpochRecord[];
  /** Epoch → what was learned at its end, of those kept for looking back. */
  readonly snapshots: ReadonlyMap<number, StateDict>;
}

/** Names of the files of a checkpoint, beside the one that names them. */
export interface CheckpointFiles {
  /** Epoch → what it told. */
  readonly epochs: ReadonlyMap<number, string>;
  /** Epoch → what was learned at its end. */
  readonly weights: ReadonlyMap<number, string>;
}

/** A run that can go on, as it was read. */
export interface Checkpoint {
  readonly order: RunOrder;
  /** Null where the run had not come to a first state. */
  readonly resumption: Resumption | null;
  readonly history: RunHistory;
  readonly frames: readonly ScaleFrame[];
  readonly files: CheckpointFiles;
  /** A number that no file's name begins with. */
  readonly next: number;
}
