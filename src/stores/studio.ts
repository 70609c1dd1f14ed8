import type { Trainer } from '../client/trainer-client.ts';
import {
  PROTOCOL_VERSION,
  type BackendName,
  type Event,
  type ImageId,
  type RunConfig,
} from '../protocol.ts';
import { countOf } from '../lib/format.ts';
import { createAppStore, sentence, type AppStore, type Preferences } from './app.ts';
import { createChaos, type Chaos } from './chaos.ts';
import { createCatalogStore, findMethod, type CatalogStore } from './catalog.ts';
import {
  createConfigStore,
  methodOptions,
  missingBackbone,
  settingsProblem,
  trainingValues,
  type ConfigStore,
} from './config.ts';
import { createDatasetStore, type DatasetStore } from './dataset.ts';
import { beforeNextPaint } from './per-frame.ts';
import type { Reopening } from './kept-state.ts';
import { createProjectStore, type ProjectStore } from './project.ts';
import type { ProjectPlace } from './project-choice.ts';
import { createPrivacyStore, type PrivacyStore } from './privacy.ts';
import { createRaceStore, type RaceStore } from './race.ts';
import { mayGiveUp, mayReplace } from './questions.ts';
import { Recovery } from './recovery.ts';
import { createResultsStore, type ResultsStore } from './results.ts';
import { imagesOfRun } from './runs.ts';
import { createRunStore, isRunning, type RunNaming, type RunStore } from './run.ts';

/** All stores of one page around one trainer, and the actions that span several of them. */
export interface Studio {
  readonly trainer: Trainer;
  readonly app: AppStore;
  readonly catalog: CatalogStore;
  readonly dataset: DatasetStore;
  readonly config: ConfigStore;
  readonly run: RunStore;
  readonly results: ResultsStore;
  readonly race: RaceStore;
  readonly privacy: PrivacyStore;
  readonly project: ProjectStore;
  /** Null where nobody asked for it. */
  readonly chaos: Chaos | null;
  /** Greets the worker; its answer fills the catalog. Called again after a failure. */
  connect(): Promise<void>;
  /** What keeps Train from starting, as a sentence; null where nothing does. */
  missing(): string | null;
  startRun(): Promise<void>;
  /** Goes on with the run that was interrupted. */
  goOn(): Promise<void>;
  /** One click: bundled backbone, demo images, first method, run. Asks before replacing images. */
  tryDemo(name?: string): Promise<void>;
  /** Replaces the images by a demo task, after asking where there are some. */
  loadDemo(name: string): Promise<boolean>;
  dispose(): void;
}

export interface StudioOptions {
  readonly backend?: BackendName | 'auto';
  readonly preferences?: Preferences;
  /** Where the page keeps what is in it; left out, it forgets everything. */
  readonly projects?: ProjectPlace;
  /** Ends the trainer's worker and starts a new one; left out, what a worker loses is lost. */
  readonly restart?: () => void;
  /** Ends the worker without a word: for developers alone. */
  readonly killWorker?: () => void;
}

const DEMO_SEED = 1;

export function createStudio(trainer: Trainer, options: StudioOptions = {}): Studio {
  const { backend = 'auto', preferences = new Map<string, string>() } = options;
  const app = createAppStore(preferences);
  const catalog = createCatalogStore();
  const config = createConfigStore(trainer);
  const nameOf: RunNaming = ({ training }, start, backboneLabel) => {
    const method = findMethod(catalog.getState(), start.method)?.label ?? start.method;
    const { backbone } = config.getState();
    const open = backbone?.name === start.backbone ? backbone.label : start.backbone;
    const network = backboneLabel ?? open;
    return `${method} · ${network} · seed ${training['seed'] ?? 1}`;
  };
  const sourceOf = (hash: string) => config.getState().sources[hash];
  const run = createRunStore(trainer, beforeNextPaint, nameOf, sourceOf);
  const dataset = createDatasetStore(trainer, {
    held: () => heldBy(run, race),
    opened: () => connecting,
  });
  const results = createResultsStore(trainer, run, {
    sources: () => config.getState().sources,
    imagesRead: () => dataset.getState().settled(),
  });
  const privacy = createPrivacyStore();
  const mayBegin = () => mayGiveUp(run, app);
  const stores = { run, catalog, config, dataset };
  const race = createRaceStore({ ...stores, mayBegin, missing: () => unready() });
  const project = createProjectStore(options.projects ?? null, trainer, app, { ...stores, race });

  const { restart, killWorker } = options;
  const recovery =
    restart && new Recovery({ trainer, backend, restart, app, config, run, project });

  const receive = (event: Event) => {
    dataset.getState().receive(event);
    if (recovery?.takes(event)) return;
    run.getState().receive(event);
    project.getState().receive(event);
    if (event.type !== 'device.lost' || event.error.code === 'cancelled') return;
    app.getState().fail(new Error(event.error.message));
  };
  const stops = [
    trainer.subscribe(receive),
    run.subscribe((now, before) => {
      const running = isRunning(now.phase);
      const listed = now.finished === before.finished && now.unfinished === before.unfinished;
      if (now.start === before.start && listed && running === isRunning(before.phase)) return;
      dataset.getState().sweep();
    }),
    race.subscribe(({ phase }, before) => {
      if (phase !== before.phase) dataset.getState().sweep();
    }),
    dataset.subscribe(({ importing, images, classes }, before) => {
      if (importing !== null || before.importing === null) return;
      const [count, groups] = [images.size, classes.length];
      app
        .getState()
        .announce(`${countOf(count, 'image')} in ${countOf(groups, 'class', 'classes')}.`);
    }),
    dataset.subscribe(({ images }, before) => {
      // What suited the images that are gone says nothing of those to come.
      if (images.size === 0 && before.images.size > 0) config.getState().suggestTraining({});
    }),
    results.subscribe(({ brought }, before) => {
      if (brought && brought !== before.brought) {
        config.getState().adoptBackbone(brought.backbone);
      }
    }),
  ];

  const loadDemo = async (name: string) => {
    await connecting;
    const demo = catalog.getState().demos.find((card) => card.name === name);
    if (!demo) return false;
    if (dataset.getState().images.size > 0 && !(await mayReplace(app, demo.label))) return false;
    const arrived = await dataset.getState().loadDemo(demo.name, DEMO_SEED, demo.imagesPerClass);
    if (arrived) config.getState().suggestTraining(demo.training);
    return arrived;
  };

  /** So that only images are missing; one that is open or being opened is left alone. */
  const openFirstBackbone = async () => {
    if (await config.getState().opened()) return true;
    const first = catalog.getState().bundled[0];
    if (!first) return false;
    const source = { kind: 'bundled', name: first.name } as const;
    return config.getState().loadBackbone(source, `Opening ${first.label}`);
  };

  /** What an earlier session had open, as far as it can be had. */
  const reopen = async (reopening: Reopening | null) => {
    const source = config.getState().sources[reopening?.backbone ?? ''];
    if (source) await config.getState().loadBackbone(source, 'Opening the backbone again');
    await openFirstBackbone();
    const opened = reopening?.run ?? null;
    if (opened !== null && !isRunning(run.getState().phase)) await run.getState().open(opened);
    await project.getState().reopened();
  };

  const unready = () =>
    (run.getState().opening === null ? null : 'A run is still being opened.') ??
    (dataset.getState().importing ? 'Images are still being read.' : null) ??
    dataset.getState().missing() ??
    missingBackbone(config);

  const missing = () =>
    (isRacing(race) ? 'Methods are being compared: stop that first, or let it end.' : null) ??
    unready() ??
    settingsProblem(catalog.getState(), config.getState());

  const startRun = async () => {
    if (missing() !== null || !(await mayBegin())) return;
    await run.getState().begin(currentConfig(catalog, config, dataset));
  };

  let reopened: Promise<void> = Promise.resolve();
  const greet = async () => {
    app.getState().setConnection({ phase: 'connecting' });
    try {
      const hello = await trainer.request('hello', { version: PROTOCOL_VERSION, backend });
      catalog.getState().set(hello.catalog);
      const reopening = await project.getState().open();
      const [first] = hello.catalog.methods;
      const known = findMethod(catalog.getState(), config.getState().method);
      if (first && !known) config.getState().chooseMethod(first.name);
      app.getState().setConnection({ phase: 'ready', device: hello.device });
      reopened = reopen(reopening);
    } catch (error) {
      app.getState().setConnection({ phase: 'failed', message: sentence(error) });
    }
  };
  let connecting: Promise<void> = Promise.resolve();
  const connect = () => (connecting = greet());

  const tryOnce = async (name: string | undefined) => {
    await connecting;
    if (isRunning(run.getState().phase) || isRacing(race)) return;
    const { demos, methods } = catalog.getState();
    const [demo, method] = [name ?? demos[0]?.name, methods[0]];
    if (demo === undefined || !method || !(await loadDemo(demo))) return;
    config.getState().chooseMethod(method.name);
    if (await openFirstBackbone()) await startRun();
  };
  let trying: Promise<void> | null = null;

  return {
    trainer,
    app,
    catalog,
    dataset,
    config,
    run,
    results,
    race,
    privacy,
    project,
    chaos: killWorker ? createChaos(killWorker, trainer, app) : null,
    missing,
    startRun,

    async goOn() {
      // The worker opens one thing after the other.
      await reopened;
      recovery?.forgetFailures();
      await run.getState().goOn();
    },

    loadDemo,

    connect,

    tryDemo(name) {
      trying ??= tryOnce(name).finally(() => (trying = null));
      return trying;
    },

    dispose() {
      for (const stop of stops) stop();
      recovery?.stop();
      void project.getState().close();
    },
  };
}

function isRacing(race: RaceStore): boolean {
  return race.getState().phase === 'racing';
}

/**
 * A run that is under way holds all images: which it takes is known only once it has begun. So
 * does a race, between its runs too. The runs on the list hold those they are judged by, to be looked at and judged again.
 */
function heldBy(run: RunStore, race: RaceStore): (id: ImageId) => boolean {
  const { phase, start, finished, unfinished } = run.getState();
  if (isRunning(phase) || isRacing(race)) return () => true;
  const held = new Set([
    ...(unfinished ? imagesOfRun(unfinished.config) : []),
    ...(start ? [...start.trainImages, ...start.validationImages] : []),
    ...finished.flatMap((one) => one.start.validationImages),
  ]);
  return (id) => held.has(id);
}

function currentConfig(
  catalog: CatalogStore,
  config: ConfigStore,
  dataset: DatasetStore,
): RunConfig {
  return {
    method: config.getState().method ?? '',
    methodOptions: methodOptions(catalog.getState(), config.getState()),
    training: trainingValues(catalog.getState(), config.getState()),
    classes: dataset.getState().runClasses(),
    backbone: config.getState().backbone?.hash,
  };
}
