/** Every trained model of the page: which one stands ready, and the only one that is on the device. */
import type { Evaluation, EvaluationMode } from '../protocol.ts';
import { createQueue } from '../engine/data/concurrency.ts';
import { EngineError } from '../engine/errors.ts';
import type { Adapter } from '../engine/export/contract.ts';
import type { LoadedBackbone } from '../engine/loaded-backbone.ts';
import { Model } from '../engine/model.ts';
import type { TrainedRun } from '../engine/trained-run.ts';
import { KeptRuns } from './kept-runs.ts';
import { ModelSlot, type ModelSource } from './model-slot.ts';

export class TrainedModels {
  readonly #runs = new KeptRuns();
  readonly #slot = new ModelSlot();
  /** Nothing may free a network that somebody is computing with. */
  readonly #inTurn = createQueue();
  /** What predicts and is exported: the run or the adapter that was chosen last. */
  #chosen: ModelSource | null = null;
  /** The run whose validation set is looked at; it stays so while an adapter predicts. */
  #opened: TrainedRun | null = null;
  #backbone: LoadedBackbone | null = null;
  /** Predicts while nothing is chosen. */
  #pretrained: ModelSource | null = null;

  /** Takes the backbone that is loaded now; the result shares its weights with runs that have them. */
  adopt(loaded: LoadedBackbone): LoadedBackbone {
    const shared = this.#runs.share(loaded);
    const former = this.#pretrained;
    this.#backbone = shared;
    this.#pretrained = {
      build: (frozen) => Model.pretrained(shared, frozen) ?? refuse('predict with'),
    };
    if (former) void this.#free(former);
    return shared;
  }

  /** The same backbone on the weights that runs hold already, where some do. */
  share(loaded: LoadedBackbone): LoadedBackbone {
    return this.#runs.share(loaded);
  }

  /**
   * Opens a run that has just finished, with the network it trained; keeps all runs within
   * `budget` bytes and returns those that had to give up their weights.
   */
  finish(run: TrainedRun, model: Model, budget: number): Promise<number[]> {
    return this.#inTurn(() => {
      this.#slot.put(run, model);
      this.#chosen = this.#opened = run;
      return Promise.resolve(this.#runs.add(run, budget, this.#backbone));
    });
  }

  /** Opens a run, brought back where it is not at hand. What was open stays so if that fails. */
  open(id: number, bringBack: () => Promise<TrainedRun>, budget: number): Promise<void> {
    return this.#inTurn(async () => {
      const atHand = this.#runs.find(id);
      const run = atHand ?? (await bringBack());
      if (!atHand) this.#runs.add(run, budget, this.#backbone);
      this.#slot.get(run);
      this.#chosen = this.#opened = run;
    });
  }

  forget(id: number): Promise<void> {
    return this.#inTurn(() => {
      this.#runs.forget(id);
      const opened = this.#opened;
      if (opened?.id !== id) return Promise.resolve();
      this.#slot.free(opened);
      if (this.#chosen === opened) this.#chosen = null;
      this.#opened = null;
      return Promise.resolve();
    });
  }

  /** Makes an adapter the one that predicts. @throws EngineError "mismatch" where it does not fit. */
  adapt(loaded: LoadedBackbone, adapter: Adapter): Promise<Model> {
    return this.#inTurn(() => {
      const source: ModelSource = { build: (frozen) => Model.adapted(loaded, adapter, frozen) };
      const model = this.#slot.get(source);
      this.#chosen = source;
      return Promise.resolve(model);
    });
  }

  /** Opens a run that came from a file, once `describe` has found nothing wrong with its model. */
  bring<T>(
    run: TrainedRun,
    budget: number,
    describe: (model: Model) => Promise<T>,
  ): Promise<{ told: T; dropped: number[] }> {
    return this.#inTurn(async () => {
      const told = await describe(this.#slot.get(run));
      this.#chosen = this.#opened = run;
      return { told, dropped: this.#runs.add(run, budget, this.#backbone) };
    });
  }

  /** Computes with what predicts now. @throws EngineError "not-ready" where nothing can. */
  predicting<T>(compute: (model: Model) => Promise<T>): Promise<T> {
    return this.#inTurn(async () =>
      compute(this.#slot.get(this.#chosen ?? this.#pretrained ?? refuse('predict with'))),
    );
  }

  /**
   * Computes with what was trained; `release` takes it off the device before that is done, to come
   * back when it is asked for. @throws EngineError "not-ready" where nothing was.
   */
  exporting<T>(compute: (model: Model, release: () => void) => Promise<T>): Promise<T> {
    return this.#inTurn(async () =>
      compute(this.#slot.get(this.#chosen ?? refuse('export')), () => this.#slot.clear()),
    );
  }

  /** @throws EngineError "not-ready" where no run is open, and as `TrainedRun.evaluate`. */
  evaluate(mode: EvaluationMode, strength: number, epoch: number | null): Promise<Evaluation> {
    return this.#inTurn(async () => {
      const run = this.#opened;
      if (!run) throw new EngineError('not-ready', 'There is no finished run to evaluate.');
      return run.evaluate(this.#slot.get(run), mode, strength, epoch);
    });
  }

  /** Leaves the device to a training; what stands ready comes back when it is asked for. */
  stepAside(): Promise<void> {
    return this.#inTurn(() => {
      this.#slot.clear();
      return Promise.resolve();
    });
  }

  #free(source: ModelSource): Promise<void> {
    return this.#inTurn(() => {
      this.#slot.free(source);
      return Promise.resolve();
    });
  }
}

function refuse(wish: string): never {
  throw new EngineError('not-ready', `There is no trained model to ${wish} yet.`);
}
