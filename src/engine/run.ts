/** One training run from its configuration to its result, with everything that is told of it on the way. */
import { version as tensorflow } from '@tensorflow/tfjs';
import type { DeviceInfo, RunConfig, RunResult, RunStart } from '../protocol.ts';
import type { Checkpoint } from './checkpoint/contract.ts';
import { CheckpointWriter, type CheckpointPlace } from './checkpoint/writer.ts';
import type { ImageStore } from './data/image-store.ts';
import { splitClasses } from './data/split.ts';
import { summariseEvaluation, type RunRecord } from './export/run-record.ts';
import { recordSplit, type SplitRecord } from './export/split-record.ts';
import { parseForm } from './form.ts';
import type { LoadedBackbone } from './loaded-backbone.ts';
import { Model } from './model.ts';
import { shadersReady } from './ops/speed.ts';
import { methodNamed } from './peft/registry.ts';
import { TrainingHistory } from './run-history.ts';
import { RunControl } from './train/control.ts';
import type { TrainingHooks, TrainingOutcome, TrainingPlan } from './train/contract.ts';
import { train } from './train/loop.ts';
import { imageLoader } from './train/feed.ts';
import { planSmallerSteps, planSteps, takeTurns, type RunSteps } from './train/step-memory.ts';
import { stepsPerEpoch } from './train/schedule.ts';
import { holdsHalves, parseTraining, type TrainingSettings } from './train/settings.ts';
import { AT_THE_START, type Cursor } from './train/training-state.ts';
import { TrainedRun } from './trained-run.ts';

/** What a run needs of the image store. */
export type RunImages = Pick<ImageStore, 'prepare' | 'pixels' | 'origin'>;

/** How a run begins that was interrupted before. */
export interface Continuation {
  readonly checkpoint: Checkpoint;
  /** How often the memory of its steps is halved, where the device had too little for them. */
  readonly halvings: number;
}

export interface CompletedRun {
  readonly result: RunResult;
  /** What to keep of it; `model` of the run holds the same weights on the device. */
  readonly trained: TrainedRun;
}

export class Run {
  readonly id: number;
  readonly model: Model;
  readonly control = new RunControl();
  readonly settings: TrainingSettings;
  readonly #plan: TrainingPlan;
  readonly #store: RunImages;
  readonly #device: DeviceInfo;
  readonly #config: RunConfig;
  readonly #checkpoint: Checkpoint | null;
  readonly #cut: RunSteps;
  readonly #history: TrainingHistory;
  readonly #abort = new AbortController();

  /**
   * Checks settings and images and builds the network; nothing is trained yet. One that goes on
   * takes up what it had learned and told, and goes on with the same random numbers.
   * @throws EngineError with the rule that was broken and the value received.
   */
  constructor(
    id: number,
    config: RunConfig,
    loaded: LoadedBackbone,
    store: RunImages,
    device: DeviceInfo,
    continuation: Continuation | null = null,
  ) {
    const checkpoint = continuation?.checkpoint ?? null;
    this.#device = device;
    this.#config = config;
    this.#checkpoint = checkpoint;
    this.#history = new TrainingHistory(checkpoint?.history);
    this.id = id;
    this.#store = store;
    const method = methodNamed(config.method);
    const options = parseForm(method.info.fields, config.methodOptions);
    this.settings = parseTraining(method.info, config.training);
    const { seed, validationShare, augmentation } = this.settings;
    const split = splitClasses(config.classes, validationShare, seed);
    const classes = config.classes.map((entry) => entry.name);
    const { preprocessing } = loaded.info;
    const load = imageLoader(store, preprocessing);
    const halves = holdsHalves(this.settings, loaded.info.parameters);
    this.model = Model.fresh(loaded, method, options, classes, seed, halves);
    this.#cut = this.#planSteps(continuation);
    this.#plan = {
      network: this.model.network,
      split,
      settings: this.settings,
      cut: this.#cut,
      way: this.#cut,
      control: this.control,
      resumption: checkpoint?.resumption ?? null,
      checkpoints: null,
      loadTraining: (batch, rng) => load(batch, augmentation, rng),
      loadEvaluation: (batch) => load(batch),
    };
  }

  /** What the page needs to know before the first step. */
  describe(): RunStart {
    const { network, loaded, classes } = this.model;
    const { split, cut } = this.#plan;
    const { batchSize, accumulation, atATime, recomputes, bytes } = this.#cut;
    const pieces = Math.ceil(batchSize / atATime);
    const trainable = network.trainable.reduce((sum, param) => sum + param.size, 0);
    return {
      runId: this.id,
      method: network.method.info.name,
      backbone: loaded.info.name,
      totalEpochs: this.settings.epochs,
      stepsPerEpoch: stepsPerEpoch(split.train.length, cut),
      stepOnDevice: {
        batchSize: atATime,
        accumulation: accumulation * pieces,
        recomputes,
        bytes,
      },
      trainImages: split.train.map((sample) => sample.image),
      validationImages: split.validation.map((sample) => sample.image),
      classes,
      trainableParameters: trainable,
      totalParameters: network.parameterCount,
      adapterBytes: this.model.adapterBytes,
      extraCost: network.extraCost,
      scaleSites: network.scaleSites,
    };
  }

  /** Where it goes on, or begins. */
  get cursor(): Cursor {
    return this.#checkpoint?.resumption?.state.cursor ?? AT_THE_START;
  }

  /**
   * Prepares the images, trains, restores the best weights and judges them.
   * @param place Where it keeps what it could go on from; null where that is nowhere
   */
  async complete(
    hooks: TrainingHooks,
    place: (CheckpointPlace & { readonly trial: boolean }) | null = null,
  ): Promise<CompletedRun> {
    hooks.onPhase('preparing');
    const writer = place && this.#writer(place, place.trial);
    if (!this.#checkpoint) await writer?.begin();
    const { train: training, validation } = this.#plan.split;
    await this.#store.prepare(
      [...training, ...validation].map((sample) => sample.image),
      this.model.loaded.info.preprocessing,
      {
        onProgress: (done, total) => hooks.onPrepare({ what: 'images', done, total }),
        signal: this.#abort.signal,
      },
    );
    const split = recordSplit(this.#plan.split, this.model.classes, (id) => this.#store.origin(id));
    // They have been compiling since the step was planned.
    await shadersReady(
      () => takeTurns(this.model.network, this.#cut, this.#cut.atATime),
      (done, total) => hooks.onPrepare({ what: 'shaders', done, total }),
    );
    const plan = { ...this.#plan, checkpoints: writer };
    const recording = this.#history.recording(hooks, writer);
    // Whoever looks for the checkpoint afterwards is to find it whole.
    const outcome = await train(plan, recording).finally(() => writer?.settled());
    // What predicts from here on is what is exported.
    this.model.network.unpack();
    const result: RunResult = {
      runId: this.id,
      end: outcome.end,
      bestEpoch: outcome.bestEpoch,
      bestValidationAccuracy: outcome.evaluation.accuracy,
      evaluation: outcome.evaluation,
      modes: outcome.modes,
      seconds: outcome.seconds,
      imagesPerSecond: outcome.imagesPerSecond,
    };
    const record = this.#record(outcome);
    this.model.record = record;
    this.model.split = split;
    return { result, trained: await this.#keepTrained(outcome.bestEpoch, record, split) };
  }

  stop(): void {
    this.control.stop();
    this.#abort.abort();
  }

  async #keepTrained(
    bestEpoch: number,
    record: RunRecord,
    split: SplitRecord,
  ): Promise<TrainedRun> {
    const { loaded, network, options, classes } = this.model;
    const { snapshots } = this.#history;
    return new TrainedRun({
      id: this.id,
      loaded,
      method: network.method,
      options,
      classes,
      validation: this.#plan.split.validation,
      batchSize: this.#cut.atATime,
      loadEvaluation: this.#plan.loadEvaluation,
      best: snapshots.get(bestEpoch) ?? (await network.trained()),
      snapshots,
      record,
      split,
    });
  }

  #planSteps(continuation: Continuation | null): RunSteps {
    const { network } = this.model;
    if (!continuation) return planSteps(network, this.settings, this.#device);
    let { steps } = continuation.checkpoint.order;
    for (let i = 0; i < continuation.halvings; i++) steps = planSmallerSteps(network, steps);
    return steps;
  }

  #writer(place: CheckpointPlace, trial: boolean): CheckpointWriter {
    const order = { config: this.#config, trial, steps: this.#cut };
    return new CheckpointWriter(place, order, this.#history, this.#checkpoint);
  }

  #record(outcome: TrainingOutcome): RunRecord {
    const { info } = this.model.loaded;
    const start = this.describe();
    const { split } = this.#plan;
    const inClass = (samples: typeof split.train, label: number): number =>
      samples.filter((sample) => sample.label === label).length;
    return {
      date: new Date().toISOString(),
      versions: { 'tensorflow.js': tensorflow['tfjs'] },
      device: this.#device,
      backbone: info,
      method: start.method,
      methodOptions: this.model.options,
      training: { ...this.settings },
      seed: this.settings.seed,
      classes: this.model.classes.map((name, label) => ({
        name,
        trainImages: inClass(split.train, label),
        validationImages: inClass(split.validation, label),
      })),
      trainableParameters: start.trainableParameters,
      totalParameters: start.totalParameters,
      steps: this.#history.steps,
      epochs: this.#history.epochs,
      end: outcome.end,
      bestEpoch: outcome.bestEpoch,
      bestValidationAccuracy: outcome.evaluation.accuracy,
      modes: outcome.modes,
      evaluation: summariseEvaluation(outcome.evaluation, this.model.classes.length),
      seconds: outcome.seconds,
      imagesPerSecond: outcome.imagesPerSecond,
    };
  }
}
