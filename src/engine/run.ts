/** One training run from its configuration to its result, with everything that is told of it on the way. */
import { version as tensorflow } from '@tensorflow/tfjs';
import type { StateDict } from '../lib/safetensors.ts';
import type {
  DeviceInfo,
  EpochRecord,
  RunConfig,
  RunResult,
  RunStart,
  StepOnDevice,
  StepRecord,
} from '../protocol.ts';
import type { ImageStore } from './data/image-store.ts';
import { splitClasses } from './data/split.ts';
import { summariseEvaluation, type RunRecord } from './export/run-record.ts';
import { recordSplit, type SplitRecord } from './export/split-record.ts';
import { parseForm } from './form.ts';
import type { LoadedBackbone } from './loaded-backbone.ts';
import { Model } from './model.ts';
import { shadersReady } from './ops/speed.ts';
import { methodNamed } from './peft/registry.ts';
import { RunControl } from './train/control.ts';
import {
  train,
  type TrainingHooks,
  type TrainingOutcome,
  type TrainingPlan,
} from './train/loop.ts';
import { imageLoader } from './train/feed.ts';
import { planSteps } from './train/step-memory.ts';
import { stepsPerEpoch } from './train/schedule.ts';
import { holdsHalves, parseTraining, type TrainingSettings } from './train/settings.ts';
import { stateBytes, TrainedRun } from './trained-run.ts';

/** Epoch ends are kept for looking back while they fit into this many bytes. */
const SNAPSHOT_BYTES = 64 * 2 ** 20;

/** What a run needs of the image store. */
export type RunImages = Pick<ImageStore, 'prepare' | 'pixels' | 'origin'>;

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
  readonly #step: StepOnDevice;
  readonly #steps: StepRecord[] = [];
  readonly #epochs: EpochRecord[] = [];
  readonly #snapshots = new Map<number, StateDict>();
  readonly #abort = new AbortController();

  /**
   * Checks settings and images and builds the network; nothing is trained yet.
   * @throws EngineError with the rule that was broken and the value received.
   */
  constructor(
    id: number,
    config: RunConfig,
    loaded: LoadedBackbone,
    store: RunImages,
    device: DeviceInfo,
  ) {
    this.#device = device;
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
    this.#step = planSteps(this.model.network, this.settings, device);
    const { batchSize, accumulation, recomputes } = this.#step;
    this.#plan = {
      network: this.model.network,
      split,
      settings: { ...this.settings, batchSize, accumulation },
      recomputes,
      control: this.control,
      loadTraining: (batch, rng) => load(batch, augmentation, rng),
      loadEvaluation: (batch) => load(batch),
    };
  }

  /** What the page needs to know before the first step. */
  describe(): RunStart {
    const { network, loaded, classes } = this.model;
    const { split, settings } = this.#plan;
    const trainable = network.trainable.reduce((sum, param) => sum + param.size, 0);
    return {
      runId: this.id,
      method: network.method.info.name,
      backbone: loaded.info.name,
      totalEpochs: this.settings.epochs,
      stepsPerEpoch: stepsPerEpoch(split.train.length, settings),
      stepOnDevice: this.#step,
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

  /** Prepares the images, trains, restores the best weights and judges them. */
  async complete(hooks: TrainingHooks): Promise<CompletedRun> {
    hooks.onPhase('preparing');
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
    await shadersReady((done, total) => hooks.onPrepare({ what: 'shaders', done, total }));
    const outcome = await train(this.#plan, this.#recording(hooks));
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
    return new TrainedRun({
      id: this.id,
      loaded,
      method: network.method,
      options,
      classes,
      validation: this.#plan.split.validation,
      batchSize: this.#plan.settings.batchSize,
      loadEvaluation: this.#plan.loadEvaluation,
      best: this.#snapshots.get(bestEpoch) ?? (await network.trained()),
      snapshots: this.#snapshots,
      record,
      split,
    });
  }

  #recording(hooks: TrainingHooks): TrainingHooks {
    return {
      ...hooks,
      onPhase: (phase) => hooks.onPhase(phase),
      onPrepare: (preparation) => hooks.onPrepare(preparation),
      onProgress: (step, images, seconds) => hooks.onProgress(step, images, seconds),
      onScales: (frame) => hooks.onScales(frame),
      onStep: (record) => {
        this.#steps.push(record);
        hooks.onStep(record);
      },
      onEpoch: (record, trained) => {
        this.#epochs.push(record);
        this.#keep(record.epoch, trained);
        hooks.onEpoch(record, trained);
      },
    };
  }

  #keep(epoch: number, trained: StateDict): void {
    if ((this.#snapshots.size + 1) * stateBytes(trained) > SNAPSHOT_BYTES) return;
    this.#snapshots.set(epoch, trained);
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
      steps: this.#steps,
      epochs: this.#epochs,
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
