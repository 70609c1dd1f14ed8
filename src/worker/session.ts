/** The worker's state: one device, one image store, one backbone, one run at a time, one model that stands ready. */
import type {
  BackendName,
  BackboneInfo,
  BackboneSource,
  Catalog,
  DeviceInfo,
  Evaluation,
  EvaluationMode,
  Event,
  ExportedFile,
  Failure,
  GoldenFiles,
  GoldenReport,
  ImageId,
  ImportItem,
  ImportSummary,
  Prediction,
  ReadyModel,
  RunConfig,
  RunStart,
} from '../protocol.ts';
import { PROTOCOL_VERSION } from '../protocol.ts';
import { openBackend } from '../engine/backend.ts';
import { catalog } from '../engine/catalog.ts';
import { drawDemo } from '../engine/data/demo-images.ts';
import { ImageStore } from '../engine/data/image-store.ts';
import { EngineError, toFailure } from '../engine/errors.ts';
import { exportBundle } from '../engine/export/bundle.ts';
import { openAdapterFile } from '../engine/export/import-bundle.ts';
import { loadBackbone, type LoadedBackbone } from '../engine/loaded-backbone.ts';
import { Model } from '../engine/model.ts';
import { Run } from '../engine/run.ts';
import { checkGoldenFiles } from './goldens.ts';
import { RunReporter } from './reports.ts';

/** What a long request may tell and must obey. */
export interface RequestContext {
  readonly signal: AbortSignal;
  progress(done: number, total: number, unit: 'images' | 'bytes', note: string): void;
}

export class Session {
  readonly #post: (event: Event) => void;
  #device: DeviceInfo | null = null;
  #store: Promise<ImageStore> | null = null;
  #loaded: LoadedBackbone | null = null;
  /** What predicts and is exported: the latest run's model or the imported one, whichever came last. */
  #model: Model | null = null;
  #imported: Model | null = null;
  /** The loaded backbone under the head it came with, made when first asked for. */
  #pretrained: Model | null = null;
  #active: Run | null = null;
  /** The latest finished run; its validation set can be looked at again until the next one. */
  #run: Run | null = null;
  #nextRun = 1;

  constructor(post: (event: Event) => void) {
    this.#post = post;
  }

  async hello(
    version: number,
    backend: BackendName | 'auto',
  ): Promise<{ device: DeviceInfo; catalog: Catalog }> {
    if (version !== PROTOCOL_VERSION) {
      throw new EngineError(
        'bad-request',
        `Page and worker must speak protocol version ${PROTOCOL_VERSION}; the page speaks ${version}. Reload the page.`,
      );
    }
    this.#device = await openBackend(backend, (error) => this.#lose(error));
    return { device: this.#device, catalog: catalog() };
  }

  async importImages(
    items: readonly ImportItem[],
    className: string | null,
    context: RequestContext,
  ): Promise<ImportSummary> {
    const store = await this.#images();
    return store.import(items, className, {
      onAdded: (images) => this.#post({ type: 'images.added', images }),
      onProgress: (done, total, note) => context.progress(done, total, 'images', note),
      signal: context.signal,
    });
  }

  async importDemo(
    demo: string,
    seed: number,
    imagesPerClass: number,
    context: RequestContext,
  ): Promise<ImportSummary> {
    const draw = (done: number, total: number): void =>
      context.progress(done, total, 'images', 'Drawing the demo images');
    const items = await drawDemo(demo, seed, imagesPerClass, draw, context.signal);
    return this.importImages(items, null, context);
  }

  async releaseImages(ids: readonly ImageId[]): Promise<null> {
    (await this.#images()).release(ids);
    return null;
  }

  async openImage(id: ImageId): Promise<Blob> {
    return (await this.#images()).file(id);
  }

  async loadBackbone(source: BackboneSource, context: RequestContext): Promise<BackboneInfo> {
    this.#refuseWhileTraining('load a backbone');
    this.#loaded = await loadBackbone(source, {
      signal: context.signal,
      onProgress: (done, total, note) => context.progress(done, total, 'bytes', note),
    });
    this.#pretrained?.dispose();
    this.#pretrained = null;
    return this.#loaded.info;
  }

  async startRun(config: RunConfig, context: RequestContext): Promise<RunStart> {
    const images = await this.#images();
    this.#refuseWhileTraining('start another run'); // after the wait: two starts may come at once
    const device = this.#device;
    if (!device) throw new EngineError('not-ready', 'Say hello first: no device is open.');
    if (!this.#loaded) throw new EngineError('not-ready', 'Choose a backbone before training.');
    const run = new Run(this.#nextRun++, config, this.#loaded, images);
    this.#active = run;
    const reporter = new RunReporter(run, this.#post);
    const prepare = (done: number, total: number): void =>
      context.progress(done, total, 'images', 'Preparing the images');
    void this.#complete(run, reporter, run.complete(reporter.hooks(prepare), device));
    return run.describe();
  }

  pauseRun(): null {
    this.#runningRun().control.pause();
    return null;
  }

  resumeRun(): null {
    this.#runningRun().control.resume();
    return null;
  }

  stopRun(): null {
    this.#runningRun().stop();
    return null;
  }

  async evaluateRun(
    mode: EvaluationMode,
    strength: number,
    epoch: number | null,
  ): Promise<Evaluation> {
    this.#refuseWhileTraining('evaluate');
    if (!this.#run) throw new EngineError('not-ready', 'There is no finished run to evaluate.');
    if (!(strength >= 0 && strength <= 2)) {
      throw new EngineError('bad-setting', `The strength must be from 0 to 2; got ${strength}.`);
    }
    return this.#run.evaluate(mode, strength, epoch);
  }

  async predict(image: Blob | ImageBitmap): Promise<Prediction> {
    try {
      return await this.#readyModel().predict(image);
    } finally {
      if (image instanceof ImageBitmap) image.close();
    }
  }

  async exportModel(): Promise<ExportedFile> {
    this.#refuseWhileTraining('export');
    if (!this.#model) {
      throw new EngineError('not-ready', 'There is no trained model to export yet.');
    }
    return exportBundle(await this.#model.takeHome());
  }

  async importModel(file: Blob, name: string, context: RequestContext): Promise<ReadyModel> {
    this.#refuseWhileTraining('open an adapter');
    const adapter = await openAdapterFile(file, name);
    const { origin, hash, name: backboneName } = adapter.backbone;
    if (this.#loaded?.info.hash !== hash) {
      if (origin.kind === 'file') {
        throw new EngineError(
          'mismatch',
          `The adapter was trained on the weights file "${backboneName}". Load that file as the backbone first, then open the adapter again.`,
        );
      }
      await this.loadBackbone(origin, context);
    }
    if (!this.#loaded) throw new EngineError('internal', 'The backbone could not be loaded.');
    const imported = Model.adapted(this.#loaded, adapter);
    this.#imported?.dispose();
    this.#imported = this.#model = imported;
    return this.#readyModel().describe();
  }

  async checkGoldens(files: GoldenFiles): Promise<GoldenReport> {
    this.#refuseWhileTraining('check goldens');
    if (!this.#device) throw new EngineError('not-ready', 'Say hello first: no device is open.');
    return checkGoldenFiles(files, this.#device.backend);
  }

  async #complete(
    run: Run,
    reporter: RunReporter,
    completed: ReturnType<Run['complete']>,
  ): Promise<void> {
    try {
      const result = await completed;
      reporter.flush();
      this.#run?.model.dispose();
      this.#run = run;
      this.#model = run.model;
      this.#active = null;
      this.#post({ type: 'run.finished', result });
    } catch (error) {
      reporter.flush();
      run.model.dispose();
      this.#active = null;
      this.#post({ type: 'run.failed', runId: run.id, error: toFailure(error) });
    }
  }

  #readyModel(): Model {
    if (this.#model) return this.#model;
    if (this.#loaded) this.#pretrained ??= Model.pretrained(this.#loaded);
    if (this.#pretrained) return this.#pretrained;
    throw new EngineError('not-ready', 'There is no trained model to predict with yet.');
  }

  #runningRun(): Run {
    if (this.#active) return this.#active;
    throw new EngineError('not-ready', 'No training is running.');
  }

  #images(): Promise<ImageStore> {
    this.#store ??= ImageStore.open();
    return this.#store;
  }

  #refuseWhileTraining(wish: string): void {
    if (!this.#active) return;
    throw new EngineError('busy', `Stop the training before you ${wish}.`);
  }

  /** The device is gone or computes garbage: end what runs on it, keep everything else. */
  #lose(error: Failure): void {
    this.#active?.control.fail(new EngineError(error.code, error.message));
    this.#post({ type: 'device.lost', error });
  }
}
