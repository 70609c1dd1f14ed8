/** The runs of the open project that lie in its folder, whatever is in memory. */
import type { ProjectFolder } from '../engine/data/project-folder.ts';
import type { Checkpoint } from '../engine/checkpoint/contract.ts';
import { readCheckpoint } from '../engine/checkpoint/read-checkpoint.ts';
import type { CheckpointPlace } from '../engine/checkpoint/writer.ts';
import type { PixelStore } from '../engine/data/load-batch.ts';
import { EngineError } from '../engine/errors.ts';
import type { LoadedBackbone } from '../engine/loaded-backbone.ts';
import { AT_THE_START } from '../engine/train/training-state.ts';
import { backboneOfRunFile, readRunFile, writeRunFile } from '../engine/run-file.ts';
import type { TrainedRun } from '../engine/trained-run.ts';
import type { RunPlace } from '../protocol.ts';

/** Brings the backbone of this hash. */
type FindBackbone = (hash: string) => Promise<LoadedBackbone>;

export class ProjectRuns {
  #folder: ProjectFolder | null = null;

  /** Returns those of `runs` that are not there. */
  async open(folder: ProjectFolder, runs: readonly number[]): Promise<number[]> {
    this.#folder = folder;
    const found = await Promise.all(runs.map((id) => folder.run(id)));
    return runs.filter((_, index) => !found[index]);
  }

  /** Writes a run's file, where a project is open. @throws EngineError "storage" */
  async keep(run: TrainedRun): Promise<void> {
    await this.#folder?.keepRun(run.id, writeRunFile(run.parts));
  }

  /** Whether a run can be brought back. */
  async has(id: number): Promise<boolean> {
    return Boolean(await this.#folder?.run(id));
  }

  /** A run of an earlier session, or one that had to make room. @throws EngineError "not-ready" */
  async bringBack(id: number, store: PixelStore, find: FindBackbone): Promise<TrainedRun> {
    const file = await this.#folder?.run(id);
    if (!file) {
      throw new EngineError('not-ready', `The weights of run ${id} are not kept any more.`);
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    return readRunFile(bytes, id, await find(backboneOfRunFile(bytes)), store);
  }

  /** Where a run's checkpoints go; null where no project is open. */
  checkpoints(id: number, onProblem: (error: unknown) => void): CheckpointPlace | null {
    return this.#folder && { folder: this.#folder.checkpoints(id), onProblem };
  }

  /** What a run that was interrupted goes on from. @throws EngineError "not-ready" */
  async unfinished(id: number): Promise<Checkpoint> {
    const checkpoint = this.#folder && (await readCheckpoint(this.#folder.checkpoints(id)));
    if (checkpoint) return checkpoint;
    throw new EngineError('not-ready', `Nothing is kept of run ${id} that it could go on from.`);
  }

  /** Where it goes on; null where it cannot. */
  async place(id: number): Promise<RunPlace | null> {
    const checkpoint = this.#folder && (await readCheckpoint(this.#folder.checkpoints(id)));
    if (!checkpoint) return null;
    const { epoch, step } = checkpoint.resumption?.state.cursor ?? AT_THE_START;
    return { runId: id, epoch, step };
  }

  /** Gives up a run's checkpoints. */
  async discard(id: number): Promise<void> {
    await this.#folder?.removeCheckpoints(id);
  }

  async forget(id: number): Promise<void> {
    await this.#folder?.removeRun(id);
  }
}
