import type { StateDict } from '../lib/safetensors.ts';
import type { EpochRecord, StepRecord } from '../protocol.ts';
import type { RunHistory } from './checkpoint/contract.ts';
import type { CheckpointWriter } from './checkpoint/writer.ts';
import type { TrainingHooks } from './train/contract.ts';
import { stateBytes } from './trained-run.ts';

/** Epoch ends are kept for looking back while they fit into this many bytes. */
const SNAPSHOT_BYTES = 64 * 2 ** 20;

/** What a run has told so far; one that was interrupted begins with what it had told before. */
export class TrainingHistory implements RunHistory {
  readonly steps: StepRecord[];
  readonly epochs: EpochRecord[];
  readonly snapshots: Map<number, StateDict>;

  constructor(before: RunHistory | undefined) {
    this.steps = [...(before?.steps ?? [])];
    this.epochs = [...(before?.epochs ?? [])];
    this.snapshots = new Map(before?.snapshots);
  }

  /** Hooks that take down what they hand on. */
  recording(hooks: TrainingHooks, writer: CheckpointWriter | null): TrainingHooks {
    return {
      ...hooks,
      onPhase: (phase) => hooks.onPhase(phase),
      onPrepare: (preparation) => hooks.onPrepare(preparation),
      onProgress: (step, images, seconds) => hooks.onProgress(step, images, seconds),
      onScales: (frame) => {
        writer?.addFrame(frame);
        hooks.onScales(frame);
      },
      onStep: (record) => {
        this.steps.push(record);
        hooks.onStep(record);
      },
      onEpoch: (record, trained) => {
        this.epochs.push(record);
        this.#keep(record.epoch, trained);
        hooks.onEpoch(record, trained);
      },
    };
  }

  #keep(epoch: number, trained: StateDict): void {
    if ((this.snapshots.size + 1) * stateBytes(trained) > SNAPSHOT_BYTES) return;
    this.snapshots.set(epoch, trained);
  }
}
