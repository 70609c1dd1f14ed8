/** The run that is under way: one at a time, told about, kept when it ends. */
import { EngineError, toFailure } from '../engine/errors.ts';
import { keepTilings } from '../engine/kept-tilings.ts';
import type { Run } from '../engine/run.ts';
import type { TrainedRun } from '../engine/trained-run.ts';
import type { Event } from '../protocol.ts';
import { keptBudget } from './kept-runs.ts';
import type { ProjectRuns } from './project-runs.ts';
import { RunReporter } from './reports.ts';
import type { TrainedModels } from './trained-models.ts';

export class Running {
  readonly #post: (event: Event) => void;
  readonly #models: TrainedModels;
  readonly #runs: ProjectRuns;
  #active: Run | null = null;

  constructor(post: (event: Event) => void, models: TrainedModels, runs: ProjectRuns) {
    this.#post = post;
    this.#models = models;
    this.#runs = runs;
  }

  /** The run under way. @throws EngineError "not-ready" where there is none. */
  get run(): Run {
    if (this.#active) return this.#active;
    throw new EngineError('not-ready', 'No training is running.');
  }

  /** The number of the run under way; null where there is none. */
  get id(): number | null {
    return this.#active?.id ?? null;
  }

  /** @throws EngineError "busy" */
  refuseWhileTraining(wish: string): void {
    if (!this.#active) return;
    throw new EngineError('busy', `Stop the training before you ${wish}.`);
  }

  /**
   * Sets a run going. Of a trial nothing is kept beyond its end.
   * @param systemMemory In bytes; null where it is not told
   */
  train(run: Run, trial: boolean, systemMemory: number | null): void {
    this.#active = run;
    const reporter = new RunReporter(run, this.#post);
    const place = this.#runs.checkpoints(run.id, (error) => this.#tellProblem(error));
    const completed = run.complete(reporter.hooks(), place && { ...place, trial });
    void this.#finish(run, reporter, completed, trial ? null : keptBudget(systemMemory));
  }

  /** The device is gone or computes garbage: ends the run. */
  fail(error: EngineError): void {
    this.#active?.control.fail(error);
  }

  /** `budget` in bytes for all that is kept; null for a trial, of which nothing is. */
  async #finish(
    run: Run,
    reporter: RunReporter,
    completed: ReturnType<Run['complete']>,
    budget: number | null,
  ): Promise<void> {
    try {
      const { result, trained } = await completed;
      reporter.flush();
      if (budget === null) await this.#drop(run);
      else await this.keepInProject(trained, await this.#models.finish(trained, run.model, budget));
      this.#active = null;
      this.#post({ type: 'run.finished', result });
      await keepTilings();
    } catch (error) {
      reporter.flush();
      run.model.dispose();
      const place = await this.#runs.place(run.id);
      this.#active = null;
      this.#post({ type: 'run.failed', runId: run.id, error: toFailure(error), place });
    }
  }

  async #drop(run: Run): Promise<void> {
    run.model.dispose();
    await this.#runs.discard(run.id);
  }

  /**
   * Keeps a run in the project; a full disk leaves it at hand. `homeless` are the runs that had to make
   * room for it: those that no file keeps are gone.
   */
  async keepInProject(trained: TrainedRun, homeless: readonly number[]): Promise<void> {
    await this.#runs.keep(trained).catch((error: unknown) => this.#tellProblem(error));
    const dropped: number[] = [];
    for (const id of homeless) if (!(await this.#runs.has(id))) dropped.push(id);
    if (dropped.length > 0) this.#post({ type: 'runs.dropped', runIds: dropped });
  }

  #tellProblem(error: unknown): void {
    this.#post({ type: 'project.problem', error: toFailure(error) });
  }
}
