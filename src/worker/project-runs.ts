/** The runs of the open project that lie in its folder, whatever is in memory. */
import type { ProjectFolder } from '../engine/data/project-folder.ts';
import type { PixelStore } from '../engine/data/load-batch.ts';
import { EngineError } from '../engine/errors.ts';
import type { LoadedBackbone } from '../engine/loaded-backbone.ts';
import { backboneOfRunFile, readRunFile, writeRunFile } from '../engine/run-file.ts';
import type { TrainedRun } from '../engine/trained-run.ts';

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

  async forget(id: number): Promise<void> {
    await this.#folder?.removeRun(id);
  }
}
