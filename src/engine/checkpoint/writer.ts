/**
 * Writes a run's checkpoints, aside and then switched: what an epoch told and what it learned are
 * files written once, the state is a new file that names them, and only when it is whole do the
 * files it does not name go. Whenever the run is interrupted, the newest whole state is one.
 */
import { writeSafetensors } from '../../lib/safetensors.ts';
import type { ScaleFrame } from '../../protocol.ts';
import type { Checkpoints } from '../train/contract.ts';
import type { TrainingState } from '../train/training-state.ts';
import type { Checkpoint, CheckpointFolder, RunHistory, RunOrder } from './contract.ts';
import { writeEpochFile } from './epoch-file.ts';
import { stateName } from './read-checkpoint.ts';
import { writeStateFile } from './state-file.ts';

/** How often a state is kept. */
export interface Pace {
  /** Milliseconds, or steps, after which one is due. */
  readonly everyMs: number;
  readonly everySteps: number;
  /** Milliseconds that lie between two whatever else is due. */
  readonly leastMs: number;
  /** Times as long as one takes is the least between two. */
  readonly rest: number;
}

const PACE: Pace = { everyMs: 5000, everySteps: 100, leastMs: 1000, rest: 20 };

export interface CheckpointPlace {
  readonly folder: CheckpointFolder;
  /** What could not be written, for the first time since it could. */
  readonly onProblem: (error: unknown) => void;
  readonly pace?: Pace;
}

export class CheckpointWriter implements Checkpoints {
  readonly #place: CheckpointPlace;
  readonly #pace: Pace;
  readonly #order: RunOrder;
  readonly #history: RunHistory;
  readonly #epochs: Map<number, string>;
  readonly #weights: Map<number, string>;
  /** Those that no epoch's file holds yet. */
  #frames: readonly ScaleFrame[];
  #next: number;
  #due: TrainingState | null = null;
  #writing: Promise<void> | null = null;
  #failed = false;
  #lastAt = performance.now();
  #lastStep = 0;
  #tookMs = 0;

  /** @param history Grows with the run. */
  constructor(
    place: CheckpointPlace,
    order: RunOrder,
    history: RunHistory,
    from: Checkpoint | null,
  ) {
    this.#place = place;
    this.#pace = place.pace ?? PACE;
    this.#order = order;
    this.#history = history;
    this.#epochs = new Map(from?.files.epochs);
    this.#weights = new Map(from?.files.weights);
    this.#next = from?.next ?? 0;
    this.#lastStep = from?.resumption?.state.cursor.step ?? 0;
    const written = lastStep(history, [...this.#epochs.keys()]);
    this.#frames = (from?.frames ?? []).filter(({ step }) => step > written);
  }

  addFrame(frame: ScaleFrame): void {
    this.#frames = [...this.#frames, frame];
  }

  /** Keeps what was asked of the run, so that it can begin again before it has come to anything. */
  begin(): Promise<void> {
    return this.#write(null);
  }

  isDue(step: number, epochEnds: boolean): boolean {
    const since = performance.now() - this.#lastAt;
    const { everyMs, everySteps, leastMs, rest } = this.#pace;
    if (this.#writing || since < Math.max(leastMs, rest * this.#tookMs)) return false;
    return epochEnds || since >= everyMs || step - this.#lastStep >= everySteps;
  }

  /** Of states that come while one is written, the last is written next. */
  take(state: TrainingState): void {
    this.#due = state;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
  }

  /** Resolves once nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    for (let state = this.#due; state; state = this.#due) {
      this.#due = null;
      await this.#write(state);
    }
  }

  async #write(state: TrainingState | null): Promise<void> {
    const start = performance.now();
    try {
      const names = await this.#writeFiles(state);
      this.#failed = false;
      await this.#place.folder.keepOnly(names);
    } catch (error) {
      if (!this.#failed) this.#place.onProblem(error);
      this.#failed = true;
    }
    this.#lastAt = performance.now();
    this.#tookMs = this.#lastAt - start;
    this.#lastStep = state?.cursor.step ?? 0;
  }

  /** Returns the names of all files of the checkpoint. @throws EngineError "storage" */
  async #writeFiles(state: TrainingState | null): Promise<Set<string>> {
    const number = this.#next++;
    const epoch = state?.cursor.epoch ?? 0;
    await this.#writeEpochs(number, epoch);
    await this.#writeWeights(number, epoch, state);
    const from = lastStep(this.#history, [...this.#epochs.keys()]);
    const until = state?.cursor.step ?? 0;
    const isOpen = ({ step }: { readonly step: number }): boolean => step > from && step <= until;
    const name = stateName(number);
    const bytes = writeStateFile({
      order: this.#order,
      state: state && { learned: state, best: state.best },
      steps: this.#history.steps.filter(isOpen),
      frames: this.#frames.filter(isOpen),
      files: { epochs: this.#epochs, weights: this.#weights },
    });
    await this.#place.folder.write(name, bytes);
    return new Set([name, ...this.#epochs.values(), ...this.#weights.values()]);
  }

  /** Writes what the epochs before `until` told. */
  async #writeEpochs(number: number, until: number): Promise<void> {
    const { epochs, steps } = this.#history;
    for (const record of epochs) {
      if (record.epoch >= until || this.#epochs.has(record.epoch)) continue;
      const before = epochs.find(({ epoch }) => epoch === record.epoch - 1)?.step ?? -1;
      const isOfIt = ({ step }: { readonly step: number }): boolean =>
        step > before && step <= record.step;
      const name = `${number}-epoch-${record.epoch}`;
      const story = { record, steps: steps.filter(isOfIt), frames: this.#frames.filter(isOfIt) };
      await this.#place.folder.write(name, writeEpochFile(story));
      this.#epochs.set(record.epoch, name);
      this.#frames = this.#frames.filter(({ step }) => step > record.step);
    }
  }

  /** Writes what was learned up to the epochs that can be looked back at, and to the best one. */
  async #writeWeights(number: number, until: number, state: TrainingState | null): Promise<void> {
    const best = state?.best;
    const wanted = new Map([...this.#history.snapshots].filter(([epoch]) => epoch < until));
    if (best) wanted.set(best.epoch, best.trained);
    for (const [epoch, trained] of wanted) {
      if (this.#weights.has(epoch)) continue;
      const name = `${number}-weights-${epoch}`;
      await this.#place.folder.write(name, writeSafetensors(trained));
      this.#weights.set(epoch, name);
    }
    for (const epoch of this.#weights.keys()) if (!wanted.has(epoch)) this.#weights.delete(epoch);
  }
}

/** The last step of these epochs; -1 where there are none, for scales are read before the first step. */
function lastStep({ epochs }: RunHistory, among: readonly number[]): number {
  const records = epochs.filter(({ epoch }) => among.includes(epoch));
  return records.reduce((last, { step }) => Math.max(last, step), -1);
}
