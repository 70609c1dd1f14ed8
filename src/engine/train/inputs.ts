import type { Rng } from '../../lib/rng.ts';
import { countReal, evaluationBatches, type Batch } from '../data/batches.ts';
import type { Sample } from '../data/split.ts';
import { breathe } from './control.ts';
import { Features } from './features.ts';
import type { Feed } from './feed.ts';
import type { TrainingPlan } from './contract.ts';

/** Brings batches to a run: as features where those can be kept, else as images. */
export class Inputs {
  readonly #plan: TrainingPlan;
  /** Images that look the same in every epoch. */
  readonly #unchanging: readonly Sample[];
  readonly #features: Features | null;

  constructor(plan: TrainingPlan) {
    const { network, split, settings } = plan;
    const augments = settings.augmentation !== 'off';
    this.#plan = plan;
    this.#unchanging = augments ? split.validation : [...split.validation, ...split.train];
    this.#features = Features.of(network, this.#unchanging.length);
  }

  /** Computes the features, if any are kept; `goesOn` is asked before every batch. */
  async prepare(
    goesOn: () => Promise<boolean>,
    onProgress: (done: number, total: number) => void,
  ): Promise<void> {
    const features = this.#features;
    if (!features) return;
    const { cut, loadEvaluation } = this.#plan;
    const count = this.#unchanging.length;
    for (const batch of evaluationBatches(this.#unchanging, Math.min(cut.atATime, count))) {
      if (!(await goesOn())) return;
      await features.compute(batch, await loadEvaluation(batch));
      onProgress(batch.start + countReal(batch), count);
      await breathe();
    }
  }

  async training(batch: Batch, rng: Rng): Promise<Feed> {
    const kept = this.#plan.settings.augmentation === 'off' ? this.#features?.feed(batch) : null;
    return kept ?? (await this.#plan.loadTraining(batch, rng));
  }

  async evaluation(batch: Batch): Promise<Feed> {
    return this.#features?.feed(batch) ?? (await this.#plan.loadEvaluation(batch));
  }
}
