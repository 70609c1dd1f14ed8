/** The training loop: epochs of steps, a validation after each, the best weights in the end. */
import { createRng, type Rng } from '../../lib/rng.ts';
import type { EpochRecord, RunEnd, RunPhase } from '../../protocol.ts';
import { epochBatches, type Batch } from '../data/batches.ts';
import { AS_TRAINED } from '../network.ts';
import { settleSteps } from './step-memory.ts';
import type { TrainingHooks, TrainingOutcome, TrainingPlan } from './contract.ts';
import { breathe } from './control.ts';
import { EpochProgress } from './epoch-progress.ts';
import { Inputs } from './inputs.ts';
import { StepNoise } from './noise.ts';
import { ADAMW_DEFAULTS, AdamW } from './optimizer.ts';
import { PendingReads } from './pending-reads.ts';
import { ScaleReader } from './scale-reader.ts';
import { learningRateAt, stepsPerEpoch } from './schedule.ts';
import { AT_THE_START, copyState, putBack, type Best, type Cursor } from './training-state.ts';
import { compareModes, evaluateValidation, isBetter, type ValidationPlan } from './validation.ts';
import { countImages, readMetrics, TrainingStep, type LoadedBatch } from './step.ts';

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
  readonly #noise: StepNoise;
  readonly #trainingStep: TrainingStep;
  readonly #totalSteps: number;
  readonly #scales: ScaleReader;
  readonly #inputs: Inputs;
  readonly #validation: ValidationPlan;
  /** Null between two epochs. */
  #epoch: EpochProgress | null = null;
  /** The epoch under way, or the next one. */
  #number: number;
  #step: number;
  #images: number;
  #trainingMs: number;
  #seconds: number;
  #best: Best | null;
  #keptAt: Pick<Cursor, 'epoch' | 'step'>;

  constructor(plan: TrainingPlan, hooks: TrainingHooks) {
    this.#plan = plan;
    this.#hooks = hooks;
    const { settings, split, network, resumption } = plan;
    this.#totalSteps = settings.epochs * stepsPerEpoch(split.train.length, plan.cut);
    this.#noise = new StepNoise(createRng(settings.seed, 'dropout'));
    const { weightDecay } = settings;
    this.#optimizer = new AdamW(network.trainable, { ...ADAMW_DEFAULTS, weightDecay });
    if (resumption) putBack(resumption.state, network, this.#optimizer);
    const cursor = resumption?.state.cursor ?? AT_THE_START;
    this.#best = resumption?.state.best ?? null;
    this.#keptAt = cursor;
    this.#number = cursor.epoch;
    this.#step = cursor.step;
    this.#images = cursor.images;
    this.#trainingMs = cursor.trainingMs;
    this.#seconds = cursor.seconds;
    this.#trainingStep = new TrainingStep({
      network,
      optimizer: this.#optimizer,
      noise: this.#noise,
      ...plan.way,
    });
    this.#scales = new ScaleReader(network, this.#totalSteps, this.#reads, hooks);
    this.#inputs = new Inputs(plan);
    this.#validation = { ...plan, loadEvaluation: (batch) => this.#inputs.evaluation(batch) };
  }

  async complete(): Promise<TrainingOutcome> {
    const { settings, network, control, resumption } = this.#plan;
    let end: RunEnd = 'completed';
    try {
      await this.#prepare();
      if (!resumption) await this.#scales.read(0);
      while (this.#number <= settings.epochs && !control.stopped && !this.#losesPatience()) {
        await this.#train();
      }
      if (this.#losesPatience()) end = 'early-stopped';
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
    this.#reads.abandon();
  }

  async #outcome(end: RunEnd): Promise<TrainingOutcome> {
    const best = this.#best;
    const pass = async (): Promise<void> => {
      await this.#plan.control.pass();
      this.#tellProgress();
    };
    return {
      end,
      bestEpoch: best?.epoch ?? 0,
      evaluation:
        best?.evaluation ?? (await evaluateValidation(this.#validation, AS_TRAINED, pass)),
      modes: await compareModes(this.#validation, pass),
      seconds: this.#seconds,
      imagesPerSecond: this.#trainingMs > 0 ? (1000 * this.#images) / this.#trainingMs : 0,
    };
  }

  /** One epoch, from its start or from where the run was interrupted. */
  async #train(): Promise<void> {
    const { settings, control, network, way, cut } = this.#plan;
    const epoch = this.#begin(this.#number);
    this.#hooks.onPhase('training');
    const augmentation = createRng(settings.seed, 'augmentation').fork(this.#number);
    for (;;) {
      await this.#waitWhilePaused('training');
      if (control.stopped) return;
      const step = epoch.next();
      if (!step) break;
      await this.#timed(async () => this.#trainOn(await this.#load(step, augmentation), epoch));
      this.#tellProgress();
      await this.#keepWhenDue(false);
      await settleSteps(network, way, cut.atATime);
      await breathe();
    }
    await this.#timed(() => this.#reads.drain());
    await this.#judge(epoch);
  }

  #begin(number: number): EpochProgress {
    const { split, settings, cut, resumption } = this.#plan;
    const order = createRng(settings.seed, 'order').fork(number);
    const batches = epochBatches(split.train, cut.batchSize, order);
    const { steps = [], state } = resumption ?? {};
    const interrupted = state?.cursor.epoch === number;
    const secondsBefore = interrupted ? state.cursor.epochSeconds : 0;
    this.#epoch = new EpochProgress(number, batches, cut, secondsBefore);
    if (interrupted) this.#epoch.skip(steps);
    return this.#epoch;
  }

  /** The end of an epoch: what the validation images say, and whether it is the best one. */
  async #judge(epoch: EpochProgress): Promise<void> {
    const { settings, control, network } = this.#plan;
    this.#hooks.onPhase('validating');
    const pass = async (): Promise<void> => {
      await this.#waitWhilePaused('validating');
      this.#tellProgress();
    };
    const evaluation = await evaluateValidation(this.#validation, AS_TRAINED, pass);
    if (control.stopped && this.#best) return;
    const modes = settings.compareModes ? await compareModes(this.#validation, pass) : null;
    const trained = await network.trained();
    const best = isBetter(evaluation, this.#best?.evaluation);
    const { epoch: number, seconds, means } = epoch;
    if (best) this.#best = { epoch: number, evaluation, trained };
    this.#seconds += seconds;
    const record: EpochRecord = {
      ...{ epoch: number, step: this.#step, seconds, best, modes },
      trainLoss: means.loss,
      trainAccuracy: means.accuracy,
      validationLoss: evaluation.loss,
      validationAccuracy: evaluation.accuracy,
    };
    this.#epoch = null;
    this.#number++;
    this.#hooks.onEpoch(record, trained);
    await this.#keepWhenDue(true);
  }

  async #load(batches: readonly Batch[], rng: Rng): Promise<LoadedBatch[]> {
    const load = async (batch: Batch) => ({ batch, feed: await this.#inputs.training(batch, rng) });
    return Promise.all(batches.map(load));
  }

  async #trainOn(loaded: readonly LoadedBatch[], epoch: EpochProgress): Promise<void> {
    const { learningRate: peak, warmup, labelSmoothing } = this.#plan.settings;
    const learningRate = learningRateAt(this.#step, this.#totalSteps, peak, warmup);
    const images = countImages(loaded);
    if (this.#plan.control.takePoison()) loaded[0]?.batch.weights.fill(Number.NaN);
    const metrics = this.#trainingStep.run(loaded, labelSmoothing, learningRate);
    const step = ++this.#step;
    this.#images += images;
    await this.#reads.add(async () => {
      const read = await readMetrics(metrics, step);
      epoch.add(images, read);
      this.#hooks.onStep({ step, learningRate, ...read });
    });
    await this.#scales.read(step);
  }

  /** Counts the time as training: images brought, steps taken, and waiting for the device. */
  async #timed(work: () => Promise<void>): Promise<void> {
    const start = performance.now();
    await work();
    this.#trainingMs += performance.now() - start;
  }

  #tellProgress(): void {
    this.#hooks.onProgress(this.#step, this.#images, this.#trainingMs / 1000);
  }

  async #keepWhenDue(epochEnds: boolean): Promise<void> {
    const { control, checkpoints } = this.#plan;
    const wished = control.takeCheckpointWish();
    if (wished || checkpoints?.isDue(this.#step, epochEnds)) await this.#keep();
  }

  /** Has the present state kept, once it has been read and every step in it has proved to be finite. */
  async #keep(): Promise<void> {
    const { checkpoints, network } = this.#plan;
    const [cursor, best] = [this.#cursor(), this.#best];
    const isKept = cursor.epoch === this.#keptAt.epoch && cursor.step === this.#keptAt.step;
    if (!checkpoints || isKept) return;
    this.#keptAt = cursor;
    const read = copyState(network, this.#optimizer);
    const measured = this.#reads.arrived();
    await this.#reads.add(async () => {
      const [learned] = await Promise.all([read(), measured]);
      checkpoints.take({ ...learned, cursor, best });
    });
  }

  #cursor(): Cursor {
    return {
      epoch: this.#number,
      step: this.#step,
      images: this.#images,
      trainingMs: this.#trainingMs,
      seconds: this.#seconds,
      epochSeconds: this.#epoch?.seconds ?? 0,
    };
  }

  /** Waits for as long as the run is paused; what comes then is of phase `next`. */
  async #waitWhilePaused(next: RunPhase): Promise<void> {
    const { control } = this.#plan;
    const { paused } = control;
    if (paused) {
      await this.#keep();
      await this.#reads.drain();
      this.#hooks.onPhase('paused');
    }
    const waited = await control.pass();
    this.#epoch?.waited(waited);
    if (paused) this.#hooks.onPhase(next);
  }

  #losesPatience(): boolean {
    const { patience } = this.#plan.settings;
    return patience > 0 && this.#best !== null && this.#number - 1 - this.#best.epoch >= patience;
  }
}
