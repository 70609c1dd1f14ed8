/** The worker's state: one device, one image store, one backbone, one run at a time, and what was trained. */
import type {
  BackendName,
  KernelChoice,
  BackboneInfo,
  BackboneSource,
  Catalog,
  ContinuedRun,
  DeviceInfo,
  Evaluation,
  EvaluationMode,
  Event,
  ExportedFile,
  ExportOffer,
  Failure,
  GoldenFiles,
  GoldenReport,
  ImageId,
  MemoryMeasured,
  OpenedModel,
  Prediction,
  Requests,
  RunConfig,
  RunStart,
  OpMeasured,
  StepsMeasured,
  StepsPlan,
} from '../protocol.ts';
import { PROTOCOL_VERSION } from '../protocol.ts';
import { canHalveProducts, heldMemory, loseDevice, openBackend } from '../engine/backend.ts';
import { catalog } from '../engine/catalog.ts';
import { ProjectFolder } from '../engine/data/project-folder.ts';
import { EngineError } from '../engine/errors.ts';
import { bringTilings } from '../engine/kept-tilings.ts';
import { loadBackbone, type LoadedBackbone } from '../engine/loaded-backbone.ts';
import { Run } from '../engine/run.ts';
import { measureOps } from '../engine/train/measure-ops.ts';
import { measureSteps } from '../engine/train/measure.ts';
import { bringModel, type ImportArgs } from './brought-models.ts';
import { checkGoldenFiles } from './goldens.ts';
import { keptBudget } from './kept-runs.ts';
import { ProjectRuns } from './project-runs.ts';
import { backboneFor } from './backbone-for.ts';
import { loadingHooks, type RequestContext } from './request-context.ts';
import { Running } from './running.ts';
import { SessionImages } from './session-images.ts';
import { TrainedModels } from './trained-models.ts';

type ProjectOpened = Requests['project.open']['result'];

export class Session {
  readonly images: SessionImages;
  readonly #post: (event: Event) => void;
  #device: DeviceInfo | null = null;
  /** Why the device is gone; it is not gone where it only ran out of memory. */
  #lost: Failure | null = null;
  #loaded: LoadedBackbone | null = null;
  readonly #models = new TrainedModels();
  readonly #runs = new ProjectRuns();
  readonly #running: Running;
  #nextRun = 1;

  constructor(post: (event: Event) => void) {
    this.#post = post;
    this.images = new SessionImages(post);
    this.#running = new Running(post, this.#models, this.#runs);
  }

  async hello(
    version: number,
    backend: BackendName | 'auto',
    kernels?: KernelChoice,
  ): Promise<{ device: DeviceInfo; catalog: Catalog }> {
    if (version !== PROTOCOL_VERSION) {
      throw new EngineError(
        'bad-request',
        `Page and worker must speak protocol version ${PROTOCOL_VERSION}; the page speaks ${version}. Reload the page.`,
      );
    }
    this.#device = await openBackend(backend, (error) => this.#lose(error), kernels);
    this.#lost = null;
    await bringTilings();
    return { device: this.#device, catalog: catalog(canHalveProducts()) };
  }

  async loadBackbone(source: BackboneSource, context: RequestContext): Promise<BackboneInfo> {
    this.#running.refuseWhileTraining('load a backbone');
    const loaded = await loadBackbone(source, loadingHooks(context));
    this.#loaded = this.#models.adopt(loaded);
    return this.#loaded.info;
  }

  async startRun(config: RunConfig, trial: boolean): Promise<RunStart> {
    const images = await this.images.open();
    await this.#models.stepAside();
    this.#running.refuseWhileTraining('start another run'); // after the wait: two starts may come at once
    const device = this.#openDevice();
    const run = new Run(this.#nextRun++, config, backboneFor(config, this.#loaded), images, device);
    this.#running.train(run, trial, device.memory.system);
    return run.describe();
  }

  async continueRun(
    { runId, backbone, halvings = 0 }: Requests['run.continue']['args'],
    context: RequestContext,
  ): Promise<ContinuedRun> {
    const images = await this.images.open();
    await this.#models.stepAside();
    const checkpoint = await this.#runs.unfinished(runId);
    const { config, trial } = checkpoint.order;
    const loaded = await this.#backbone(config.backbone, backbone, context);
    this.#running.refuseWhileTraining('go on with another run');
    const device = this.#openDevice();
    const run = new Run(runId, config, loaded, images, device, { checkpoint, halvings });
    this.#running.train(run, trial, device.memory.system);
    const { steps, epochs } = checkpoint.history;
    return { start: run.describe(), steps, epochs, frames: checkpoint.frames };
  }

  checkpointRun(): null {
    if (this.#running.id !== null) this.#running.run.control.wishCheckpoint();
    return null;
  }

  breakSomething(what: Requests['chaos']['args']['what']): null {
    if (what === 'lose-device') loseDevice();
    else this.#running.run.control.poison();
    return null;
  }

  async discardRun(id: number): Promise<null> {
    if (this.#running.id !== id) await this.#runs.discard(id);
    return null;
  }

  steerRun(how: 'pause' | 'resume'): null {
    this.#running.run.control[how]();
    return null;
  }

  stopRun(): null {
    this.#running.run.stop();
    return null;
  }

  async openProject(args: Requests['project.open']['args']): Promise<ProjectOpened> {
    const { project, images, runs, unfinished, nextImage, nextRun } = args;
    const folder = await ProjectFolder.open(project);
    const pictures = new Set(images.map(({ file }) => file.name));
    await folder.prune(pictures, new Set(runs), unfinished);
    this.#nextRun = Math.max(this.#nextRun, nextRun);
    const missingImages = await this.images.keepIn(folder, images, nextImage);
    const missingRuns = await this.#runs.open(folder, runs);
    const place = unfinished === null ? null : await this.#runs.place(unfinished);
    return { missingImages, missingRuns, place };
  }

  async openRun(
    id: number,
    source: BackboneSource | undefined,
    context: RequestContext,
  ): Promise<null> {
    this.#running.refuseWhileTraining('open another run');
    const images = await this.images.open();
    const find = (hash: string): Promise<LoadedBackbone> => this.#backbone(hash, source, context);
    const budget = keptBudget(this.#openDevice().memory.system);
    await this.#models.open(id, () => this.#runs.bringBack(id, images, find), budget);
    return null;
  }

  async forgetRun(id: number): Promise<null> {
    await this.#models.forget(id);
    await this.#runs.forget(id);
    return null;
  }

  async evaluateRun(
    mode: EvaluationMode,
    strength: number,
    epoch: number | null,
  ): Promise<Evaluation> {
    this.#running.refuseWhileTraining('evaluate');
    if (!(strength >= 0 && strength <= 2)) {
      throw new EngineError('bad-setting', `The strength must be from 0 to 2; got ${strength}.`);
    }
    return this.#models.evaluate(mode, strength, epoch);
  }

  async predict(image: Blob | ImageBitmap): Promise<Prediction> {
    try {
      return await this.#models.predicting((model) => model.predict(image));
    } finally {
      if (image instanceof ImageBitmap) image.close();
    }
  }

  async exportOffers(): Promise<readonly ExportOffer[]> {
    this.#running.refuseWhileTraining('export');
    const { offersOf } = await exporting();
    return this.#models.exporting((model) => Promise.resolve(offersOf(model)));
  }

  async exportModel(format: string, ids: readonly ImageId[]): Promise<ExportedFile> {
    this.#running.refuseWhileTraining('export');
    const { takeHome } = await exporting();
    const open = (id: ImageId): Promise<Blob> => this.images.file(id);
    return this.#models.exporting((model, release) =>
      takeHome(model, format, { ids, open }, release),
    );
  }

  async importModel(args: ImportArgs, context: RequestContext): Promise<OpenedModel> {
    this.#running.refuseWhileTraining('open an adapter');
    const surroundings = {
      models: this.#models,
      present: this.#loaded,
      images: await this.images.open(),
      runId: this.#nextRun,
      budget: keptBudget(this.#openDevice().memory.system),
    };
    const { opened, loaded, kept } = await bringModel(args, surroundings, context);
    if (this.#loaded?.info.hash !== loaded.info.hash) this.#loaded = this.#models.adopt(loaded);
    if (kept) {
      this.#nextRun++;
      await this.#running.keepInProject(kept.run, kept.dropped);
    }
    return opened;
  }

  async measureSteps(plan: StepsPlan): Promise<StepsMeasured> {
    this.#running.refuseWhileTraining('measure steps');
    this.#openDevice();
    if (this.#loaded) return measureSteps(this.#loaded, plan);
    throw new EngineError('not-ready', 'Load a backbone before you measure its steps.');
  }

  async measureOps(rounds: number): Promise<readonly OpMeasured[]> {
    this.#running.refuseWhileTraining('measure ops');
    this.#openDevice();
    return measureOps(rounds);
  }

  measureMemory(): MemoryMeasured {
    this.#openDevice();
    return heldMemory();
  }

  async checkGoldens(files: GoldenFiles): Promise<GoldenReport> {
    this.#running.refuseWhileTraining('check goldens');
    return checkGoldenFiles(files, this.#openDevice().backend);
  }

  /** The loaded backbone where it is the wanted one, else the one that `source` gives. */
  async #backbone(
    hash: string | undefined,
    source: BackboneSource | undefined,
    context: RequestContext,
  ): Promise<LoadedBackbone> {
    const loaded = this.#loaded;
    if (loaded && (loaded.info.hash === hash || !source)) return loaded;
    if (!source) throw new EngineError('not-ready', 'Choose a backbone before opening a run.');
    return this.#models.share(await loadBackbone(source, loadingHooks(context)));
  }

  #openDevice(): DeviceInfo {
    if (this.#lost) throw new EngineError(this.#lost.code, this.#lost.message);
    if (this.#device) return this.#device;
    throw new EngineError('not-ready', 'Say hello first: no device is open.');
  }

  /** The device is gone or computes garbage: end what runs on it, keep everything else. */
  #lose(error: Failure): void {
    if (error.code === 'device-lost') this.#lost = error;
    this.#running.fail(new EngineError(error.code, error.message));
    this.#post({ type: 'device.lost', error });
  }
}

/** Fetched when somebody wants a model home: the formats bring libraries of their own. */
const exporting = () => import('../engine/export/take-home.ts');
