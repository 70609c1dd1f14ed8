/** The training loop: epochs of steps, a validation after each, the best weights in the end. */
import type { StateDict } from '../../lib/safetensors.ts';
import { createRng, type Rng } from '../../lib/rng.ts';
import type {
  EpochRecord,
  Evaluation,
  ModeAccuracies,
  Preparation,
  RunEnd,
  RunPhase,
  ScaleFrame,
  StepRecord,
} from '../../protocol.ts';
import { epochBatches, type Batch } from '../data/batches.ts';
import type { Split } from '../data/split.ts';
import { AS_TRAINED, type Network } from '../network.ts';
import { settleKernels } from '../ops/speed.ts';
import { breathe, type RunControl } from './control.ts';
import type { LoadEvaluationBatch } from './evaluate.ts';
import type { Feed } from './feed.ts';
import { Inputs } from './inputs.ts';
import { DeviceNoise } from './noise.ts';
import { ADAMW_DEFAULTS, AdamW } from './optimizer.ts';
import { PendingReads } from './pending-reads.ts';
import { learningRateAt, stepsPerEpoch } from './schedule.ts';
import type { TrainingSettings } from './settings.ts';
import { compareModes, evaluateValidation, isBetter, type ValidationPlan } from './validation.ts';
import { countImages, readMetrics, TrainingStep, type LoadedBatch } from './step.ts';

const SCALE_FRAMES = 200;

export interface TrainingPlan {
  readonly network: Network;
  readonly split: Split;
  readonly settings: TrainingSettings;
  /** Blocks are computed a second time instead of being remembered. */
  readonly recomputes: boolean;
  readonly control: RunControl;
  /** Brings a training batch's images, augmented. */
  readonly loadTraining: (batch: Batch, rng: Rng) => Promise<Feed>;
  /** Brings images as they are. */
  readonly loadEvaluation: LoadEvaluationBatch;
}

export interface TrainingHooks {
  onPhase(phase: RunPhase): void;
  /** Of what is done once for every image before the first step. */
  onPrepare(preparation: Preparation): void;
  /** `images` so far and the seconds they took, pauses left out. */
  onProgress(step: number, images: number, seconds: number): void;
  onStep(record: StepRecord): void;
  onScales(frame: ScaleFrame): void;
  /** `trained` are the weights at the end of this epoch. */
  onEpoch(record: EpochRecord, trained: StateDict): void;
}

export interface TrainingOutcome {
  readonly end: RunEnd;
  readonly bestEpoch: number;
  /** Validation under the best weights, which the network now holds. */
  readonly evaluation: Evaluation;
  readonly modes: ModeAccuracies | null;
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

interface Best {
  readonly epoch: number;
  readonly evaluation: Evaluation;
  readonly trained: StateDict;
}

/** Trains `plan.network` in place; what it learned up to a failure stays in its best state. */
export async function train(plan: TrainingPlan, hooks: TrainingHooks): Promise<TrainingOutcome> {
  const run = new TrainingRun(plan, hooks);
  try {
    return await run.complete();
  } finally {
    run.dispose();
  }
}

class TrainingRun {
  readonly #plan: TrainingPlan;
  readonly #hooks: TrainingHooks;
  readonly #optimizer: AdamW;
  readonly #reads = new PendingReads(2);
  readonly #noise: DeviceNoise;
  readonly #trainingStep: TrainingStep;
  readonly #totalSteps: number;
  readonly #inputs: Inputs;
  readonly #validation: ValidationPlan;
  #step = 0;
  #images = 0;
  #trainingMs = 0;
  #waitedMs = 0;
  #seconds = 0;
  #best: Best | null = null;

  constructor(plan: TrainingPlan, hooks: TrainingHooks) {
    this.#plan = plan;
    this.#hooks = hooks;
    const { settings, split } = plan;
    this.#totalSteps = settings.epochs * stepsPerEpoch(split.train.length, settings);
    this.#noise = new DeviceNoise(createRng(settings.seed, 'dropout'));
    const { weightDecay } = settings;
    this.#optimizer = new AdamW(plan.network.trainable, { ...ADAMW_DEFAULTS, weightDecay });
    this.#trainingStep = new TrainingStep({
      network: plan.network,
      optimizer: this.#optimizer,
      noise: this.#noise,
      recomputes: plan.recomputes,
    });
    this.#inputs = new Inputs(plan);
    this.#validation = { ...plan, loadEvaluation: (batch) => this.#inputs.evaluation(batch) };
  }

  async complete(): Promise<TrainingOutcome> {
    const { settings, network, control } = this.#plan;
    let end: RunEnd = 'completed';
    try {
      await this.#prepare();
      await this.#readScales(0);
      for (let epoch = 1; epoch <= settings.epochs && !control.stopped; epoch++) {
        await this.#epoch(epoch);
        if (this.#losesPatience(epoch)) {
          end = 'early-stopped';
          break;
        }
      }
      await this.#reads.drain();
      if (control.stopped) end = 'stopped';
      this.#hooks.onPhase('finishing');
    } finally {
      if (this.#best) network.restore(this.#best.trained);
    }
    return this.#outcome(end);
  }

  async #prepare(): Promise<void> {
    const goesOn = async (): Promise<boolean> => {
      await this.#waitWhilePaused('preparing');
      return !this.#plan.control.stopped;
    };
    await this.#inputs.prepare(goesOn, (done, total) =>
      this.#hooks.onPrepare({ what: 'features', done, total }),
    );
  }

  dispose(): void {
    this.#trainingStep.dispose();
    this.#optimizer.dispose();
    this.#noise.dispose();
    this.#reads.abandon();
  }

  async #outcome(end: RunEnd): Promise<TrainingOutcome> {
    const best = this.#best;
    return {
      end,
      bestEpoch: best?.epoch ?? 0,
      evaluation: best?.evaluation ?? (await evaluateValidation(this.#validation)),
      modes: await compareModes(this.#validation),
      seconds: this.#seconds,
      imagesPerSecond: this.#trainingMs > 0 ? (1000 * this.#images) / this.#trainingMs : 0,
    };
  }

  async #epoch(epoch: number): Promise<void> {
    const { split, settings, control, network } = this.#plan;
    const [start, waitedBefore] = [performance.now(), this.#waitedMs];
    const sums = { loss: 0, accuracy: 0, images: 0 };
    this.#hooks.onPhase('training');
    const order = createRng(settings.seed, 'order').fork(epoch);
    const augmentation = createRng(settings.seed, 'augmentation').fork(epoch);
    const batches = epochBatches(split.train, settings.batchSize, order);
    for (let at = 0; at < batches.length; at += settings.accumulation) {
      await this.#waitWhilePaused('training');
      if (control.stopped) return;
      const step = batches.slice(at, at + settings.accumulation);
      await this.#timed(async () => this.#trainOn(await this.#load(step, augmentation), sums));
      this.#hooks.onProgress(this.#step, this.#images, this.#trainingMs / 1000);
      await settleKernels();
      await breathe();
    }
    await this.#timed(() => this.#reads.drain());
    this.#hooks.onPhase('validating');
    const pass = (): Promise<void> => this.#waitWhilePaused('validating');
    const evaluation = await evaluateValidation(this.#validation, AS_TRAINED, pass);
    if (control.stopped && this.#best) return;
    const modes = settings.compareModes ? await compareModes(this.#validation, pass) : null;
    const trained = await network.trained();
    const better = isBetter(evaluation, this.#best?.evaluation);
    if (better) this.#best = { epoch, evaluation, trained };
    const seconds = (performance.now() - start - (this.#waitedMs - waitedBefore)) / 1000;
    this.#seconds += seconds;
    const record: EpochRecord = {
      epoch,
      step: this.#step,
      trainLoss: sums.loss / sums.images,
      trainAccuracy: sums.accuracy / sums.images,
      validationLoss: evaluation.loss,
      validationAccuracy: evaluation.accuracy,
      seconds,
      best: better,
      modes,
    };
    this.#hooks.onEpoch(record, trained);
  }

  async #load(batches: readonly Batch[], rng: Rng): Promise<LoadedBatch[]> {
    const load = async (batch: Batch) => ({ batch, feed: await this.#inputs.training(batch, rng) });
    return Promise.all(batches.map(load));
  }

  async #trainOn(
    loaded: readonly LoadedBatch[],
    sums: { loss: number; accuracy: number; images: number },
  ): Promise<void> {
    const { learningRate: peak, warmup, labelSmoothing } = this.#plan.settings;
    const learningRate = learningRateAt(this.#step, this.#totalSteps, peak, warmup);
    const metrics = this.#trainingStep.run(loaded, labelSmoothing, learningRate);
    const step = ++this.#step;
    const images = countImages(loaded);
    this.#images += images;
    await this.#reads.add(async () => {
      const read = await readMetrics(metrics, step);
      sums.loss += images * read.loss;
      sums.accuracy += images * read.accuracy;
      sums.images += images;
      this.#hooks.onStep({ step, learningRate, ...read });
    });
    await this.#readScales(step);
  }

  /** Counts the time as training: images brought, steps taken, and waiting for the device. */
  async #timed(work: () => Promise<void>): Promise<void> {
    const start = performance.now();
    await work();
    this.#trainingMs += performance.now() - start;
  }

  async #readScales(step: number): Promise<void> {
    const every = Math.max(1, Math.ceil(this.#totalSteps / SCALE_FRAMES));
    if (step % every !== 0 && step !== this.#totalSteps) return;
    const scales = this.#plan.network.scales();
    if (!scales) return;
    await this.#reads.add(async () => {
      const values = Float32Array.from(await scales.data());
      scales.dispose();
      this.#hooks.onScales({ step, values });
    });
  }

  /** Waits for as long as the run is paused; what comes then is of phase `next`. */
  async #waitWhilePaused(next: RunPhase): Promise<void> {
    const { control } = this.#plan;
    const { paused } = control;
    if (paused) {
      await this.#reads.drain();
      this.#hooks.onPhase('paused');
    }
    this.#waitedMs += await control.pass();
    if (paused) this.#hooks.onPhase(next);
  }

  #losesPatience(epoch: number): boolean {
    const { patience } = this.#plan.settings;
    return patience > 0 && this.#best !== null && epoch - this.#best.epoch >= patience;
  }
}
