/** The headless page: the product's own client and worker, asked from outside through `window.sanRequest`. */
import { TrainerClient, TrainerError } from '../src/client/trainer-client.ts';
import { trustOwnScripts } from '../src/client/trusted-scripts.ts';
import type { Progress } from '../src/client/trainer-client.ts';
import type { WithAlikes } from '../src/lib/look-alikes.ts';
import type { BackboneSource, ImageId } from '../src/protocol.ts';
import { PROTOCOL_VERSION } from '../src/protocol.ts';
import type { DriverRequestName, DriverRequests, RemoteFile, RemoteSource } from './driver-api.ts';
import { pageTraining } from './driver-training.ts';

/** Files fetched and handed over at a time, so that a large folder never lies in memory twice. */
const importChunk = 64;

declare global {
  interface Performance {
    /** Of the page and its workers; only where the page is cross-origin isolated, and not typed yet. */
    measureUserAgentSpecificMemory(): Promise<{ readonly bytes: number }>;
  }
}

trustOwnScripts();

const trainer = new TrainerClient(
  () => new Worker(new URL('../src/worker/main.ts', import.meta.url), { type: 'module' }),
);

const training = pageTraining(trainer, (news) => window.sanNews(news), onProgress);

type Handlers = {
  [K in DriverRequestName]: (
    args: DriverRequests[K]['args'],
  ) => Promise<DriverRequests[K]['result']>;
};

const handlers: Handlers = {
  hello: (args) => trainer.request('hello', { version: PROTOCOL_VERSION, ...args }),

  importImages: ({ files, className }) => importImages(files, className),

  importDemo: ({ demo, seed, imagesPerClass }) => importDemo(demo, seed, imagesPerClass),

  loadBackbone: async ({ source }) =>
    trainer.request('backbone.load', { source: await openSource(source) }, { onProgress }),

  finetune: ({ config }) => training.finetune(config),

  compare: ({ plan }) => training.compare(plan),

  importAdapter: async ({ file }) => {
    const blob = await open(file);
    const request = { file: blob, name: file.name };
    const { model } = await trainer.request('model.import', request, { onProgress });
    return { method: model.method, classes: model.classes };
  },

  predict: async ({ file }) => {
    const { classes, logits, probabilities } = await trainer.request('predict', {
      image: await open(file),
    });
    return { classes, logits: [...logits], probabilities: [...probabilities] };
  },

  exportModel: async ({ upload, format, images }) => {
    const request = { format, images };
    const made = await trainer.request('model.export', request, { onProgress });
    const { name, file, selfTest } = made;
    const response = await fetch(upload, { method: 'POST', body: file });
    if (!response.ok) throw new Error(`The export was not taken: ${response.statusText}.`);
    return { name, selfTest };
  },

  evaluate: async ({ mode, strength }) => {
    const { accuracy } = await trainer.request('run.evaluate', { mode, strength, epoch: null });
    return { accuracy };
  },
  forgetRun: (args) => trainer.request('run.forget', args),
  releaseImages: (args) => trainer.request('images.release', args),
  measureMemory: async () => {
    const held = await trainer.request('memory.measure', {});
    const { bytes } = await performance.measureUserAgentSpecificMemory();
    return { ...held, heapBytes: bytes };
  },

  measureOps: (args) => trainer.request('ops.measure', args),
  measureSteps: (plan) => trainer.request('steps.measure', plan),

  checkGoldens: async ({ files, methods }) => {
    const opened = await Promise.all(
      files.map(async (file) => [file.name, await open(file)] as const),
    );
    const { 'manifest.json': manifest, ...tensors } = Object.fromEntries(opened);
    if (!manifest) throw new Error('A golden needs a manifest.json.');
    return trainer.request(
      'goldens.check',
      { files: { manifest, tensors, methods } },
      { onProgress },
    );
  },
};

window.sanRequest = async (name, args) => {
  try {
    return { ok: true, value: await handlers[name](args) };
  } catch (error) {
    const code = error instanceof TrainerError ? error.code : 'internal';
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, error: { code, message } };
  }
};

function onProgress({ done, total, note }: Progress): void {
  void window.sanNews({ type: 'progress', done, total, note });
}

async function open(file: RemoteFile): Promise<Blob> {
  const response = await fetch(file.url);
  if (!response.ok) throw new Error(`${file.name} could not be read: ${response.statusText}.`);
  return response.blob();
}

async function openSource(source: RemoteSource): Promise<BackboneSource> {
  if (source.kind !== 'file') return source;
  const { weights, config, preprocessor } = source;
  return {
    kind: 'file',
    name: weights.name,
    weights: await open(weights),
    config: config && (await open(config)),
    preprocessor: preprocessor && (await open(preprocessor)),
  };
}

async function importImages(files: readonly RemoteFile[], className: string) {
  const images: WithAlikes[] = [];
  const rejected: DriverRequests['importImages']['result']['rejected'][number][] = [];
  let animated = 0;
  const unsubscribe = trainer.subscribe((event) => {
    if (event.type !== 'images.added') return;
    images.push(...event.images.map(({ id, alike }) => ({ id, alike })));
  });
  try {
    for (let at = 0; at < files.length; at += importChunk) {
      const chunk = files.slice(at, at + importChunk);
      const items = await Promise.all(
        chunk.map(async (file) => ({ file: await open(file), path: file.name })),
      );
      const summary = await trainer.request('images.import', { items, className });
      rejected.push(...summary.rejected);
      animated += summary.animated;
    }
  } finally {
    unsubscribe();
  }
  return { images, animated, rejected };
}

async function importDemo(demo: string, seed: number, imagesPerClass: number) {
  const classes = new Map<string, ImageId[]>();
  const unsubscribe = trainer.subscribe((event) => {
    if (event.type !== 'images.added') return;
    for (const { id, className } of event.images) {
      const name = className ?? '';
      classes.set(name, [...(classes.get(name) ?? []), id]);
    }
  });
  try {
    await trainer.request('images.demo', { demo, seed, imagesPerClass }, { onProgress });
  } finally {
    unsubscribe();
  }
  return { classes: [...classes].map(([name, images]) => ({ name, images })) };
}
