import { TrainerError, type RequestOptions, type Trainer } from '../client/trainer-client.ts';
import { fakeExport, fakeOffers } from './fake-exports.ts';
import type {
  BackboneInfo,
  BackboneSource,
  DeviceInfo,
  ErrorCode,
  Event,
  ImageId,
  ImageInfo,
  ImportItem,
  ImportSummary,
  RejectedFile,
  RequestName,
  Requests,
  RunConfig,
  RunStart,
} from '../protocol.ts';
import { fakeBackbone, fakeCatalog } from './fake-catalog.ts';
import { FakeRun } from './fake-run.ts';

export interface FakeTrainerOptions {
  readonly device?: Partial<DeviceInfo>;
  /** Milliseconds between the steps of a run, and between the images of an import. */
  readonly tick?: number;
}

const DEVICE: DeviceInfo = {
  backend: 'webgpu',
  adapter: 'NVIDIA RTX 4070',
  software: false,
  f16: true,
  subgroups: true,
  threads: 1,
  memory: { largestTensor: 2 ** 31, allTensors: null, system: 8 * 2 ** 30 },
  fallbackReason: null,
};

const COLOURS = ['#8c8f93', '#b5793a', '#5c6f8a', '#7a5a6e', '#5f7f62', '#a0938a'];
const BATCH = 16;

/** A trainer that trains nothing: it answers as the worker would, for tests and the harness page. */
export class FakeTrainer implements Trainer {
  /** Every request so far, in order. */
  readonly requests: { readonly type: RequestName; readonly args: object }[] = [];
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #failures = new Map<RequestName, TrainerError>();
  readonly #images = new Map<ImageId, Blob>();
  readonly #device: DeviceInfo;
  readonly #tick: number;
  #nextImage = 1;
  /** A project is open, so images have a file. */
  #keeps = false;
  #run: FakeRun | null = null;
  /** The finished run that predicts and is judged. */
  #opened: FakeRun | null = null;
  readonly #kept = new Map<number, FakeRun>();

  constructor({ device = {}, tick = 0 }: FakeTrainerOptions = {}) {
    this.#device = { ...DEVICE, ...device };
    this.#tick = tick;
  }

  /** Makes the next request of this type fail. */
  failNext(type: RequestName, code: ErrorCode, message: string): void {
    this.#failures.set(type, new TrainerError({ code, message }));
  }

  /** Ends the run that is under way by this failure. */
  failRun(code: ErrorCode, message: string): void {
    this.#running().fail({ code, message });
  }

  emit(event: Event): void {
    for (const listener of this.#listeners) listener(event);
  }

  subscribe(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async request<K extends RequestName>(
    type: K,
    args: Requests[K]['args'],
    options: RequestOptions = {},
  ): Promise<Requests[K]['result']> {
    this.requests.push({ type, args });
    await wait(0);
    const failure = this.#failures.get(type);
    if (failure) {
      this.#failures.delete(type);
      throw failure;
    }
    const answers: { [Name in RequestName]?: Answer<Name> } = this.#answers;
    const answer: Answer<K> | undefined = answers[type];
    if (!answer) throw new TrainerError({ code: 'bad-request', message: `No fake for ${type}.` });
    return answer(args, options);
  }

  readonly #answers: { [Name in RequestName]?: Answer<Name> } = {
    hello: () => ({ device: this.#device, catalog: fakeCatalog }),
    'project.open': ({ nextImage, unfinished }) => {
      this.#nextImage = nextImage;
      this.#keeps = true;
      const place = unfinished === null ? null : { runId: unfinished, epoch: 1, step: 3 };
      return { missingImages: [], missingRuns: [], place };
    },
    'images.import': ({ items, className }, options) => this.#import(items, className, options),
    'images.demo': ({ demo, imagesPerClass }, options) => this.#demo(demo, imagesPerClass, options),
    'images.release': ({ ids }) => this.#release(ids),
    'images.open': ({ imageId }) => this.#images.get(imageId) ?? picture(imageId, 'gone'),
    'backbone.load': ({ source }, options) => this.#load(source, options),
    'run.start': ({ config, trial }) => this.#start(config, trial ?? false),
    'run.pause': () => this.#running().pause(),
    'run.resume': () => this.#running().resume(),
    'run.stop': () => this.#running().stop(),
    'run.open': ({ runId }) => {
      this.#opened = this.#keptRun(runId);
      return null;
    },
    'run.forget': ({ runId }) => {
      if (this.#opened?.runId === runId) this.#opened = null;
      this.#kept.delete(runId);
      return null;
    },
    'run.evaluate': ({ mode, strength }) => this.#judged().evaluate(mode, strength),
    predict: () => this.#judged().predict(),
    'model.formats': () => fakeOffers,
    'model.export': ({ format, images }) => fakeExport(format, images.length),
    'model.import': ({ name }) => ({
      model: {
        method: 'san',
        backbone: fakeBackbone('vit_tiny6_patch16_128'),
        classes: ['clean', name],
        scaleSites: [],
        scales: new Float32Array(0),
      },
      run: null,
    }),
    cancel: () => null,
  };

  #start(config: RunConfig, trial: boolean): RunStart {
    if (this.#run?.ended === false) {
      throw new TrainerError({ code: 'busy', message: 'Stop the training first.' });
    }
    const run = new FakeRun(
      config,
      (event) => {
        if (event.type === 'run.finished' && !trial) {
          this.#kept.set(run.runId, run);
          this.#opened = run;
        }
        this.emit(event);
      },
      this.#tick,
    );
    this.#run = run;
    return run.start();
  }

  #running(): FakeRun {
    if (this.#run?.ended === false) return this.#run;
    throw new TrainerError({ code: 'not-ready', message: 'No training is running.' });
  }

  #judged(): FakeRun {
    if (this.#opened) return this.#opened;
    throw new TrainerError({ code: 'not-ready', message: 'There is no finished run yet.' });
  }

  #keptRun(runId: number): FakeRun {
    const run = this.#kept.get(runId);
    if (run) return run;
    throw new TrainerError({ code: 'not-ready', message: `Run ${runId} is not kept.` });
  }

  async #import(
    items: readonly ImportItem[],
    className: string | null,
    options: RequestOptions,
  ): Promise<ImportSummary> {
    const rejected: RejectedFile[] = [];
    let waiting: ImageInfo[] = [];
    for (const [index, { path, file }] of items.entries()) {
      if (options.signal?.aborted) {
        throw new TrainerError({ code: 'cancelled', message: 'The import was cancelled.' });
      }
      if (/\.(txt|pdf)$/.test(path)) {
        rejected.push({ path, reason: 'Expected an image; the file does not begin like one.' });
      } else {
        const suggested = className ?? path.split('/').at(-2) ?? null;
        waiting.push(this.#image(path, suggested, file));
      }
      const last = index === items.length - 1;
      if (waiting.length === BATCH || last) {
        this.emit({ type: 'images.added', images: waiting });
        waiting = [];
        options.onProgress?.({ done: index + 1, total: items.length, unit: 'images', note: path });
        await wait(this.#tick);
      }
    }
    const animated = items.filter(({ path }) => path.endsWith('.gif')).length;
    return { added: items.length - rejected.length, animated, rejected };
  }

  #demo(name: string, imagesPerClass: number, options: RequestOptions): Promise<ImportSummary> {
    const classes = fakeCatalog.demos.find((demo) => demo.name === name)?.classes ?? [];
    const items = Array.from({ length: classes.length * imagesPerClass }, (_, index) => ({
      path: `${name}/${classes[index % classes.length]}/${index}.png`,
      file: new Blob([]),
    }));
    return this.#import(items, null, options);
  }

  #image(path: string, className: string | null, file: Blob): ImageInfo {
    const id = this.#nextImage++;
    const thumbnail = picture(id, className ?? path);
    this.#images.set(id, file.size > 0 && file.type.startsWith('image/') ? file : thumbnail);
    const info = { id, path, className, width: 96, height: 96, thumbnail };
    return this.#keeps ? { ...info, file: { name: crypto.randomUUID(), hash: null } } : info;
  }

  #release(ids: readonly ImageId[]): null {
    for (const id of ids) this.#images.delete(id);
    return null;
  }

  async #load(source: BackboneSource, options: RequestOptions): Promise<BackboneInfo> {
    for (let done = 1; done <= 4; done += 1) {
      await wait(this.#tick * 4);
      if (options.signal?.aborted) {
        throw new TrainerError({ code: 'cancelled', message: 'Opening it was cancelled.' });
      }
      options.onProgress?.({ done: done * 1.4e6, total: 5.6e6, unit: 'bytes', note: '' });
    }
    const name = source.kind === 'hub' ? source.repository.replace(/^timm\//, '') : source.name;
    return { ...fakeBackbone(name), origin: originOf(source) };
  }
}

type Answer<K extends RequestName> = (
  args: Requests[K]['args'],
  options: RequestOptions,
) => Requests[K]['result'] | Promise<Requests[K]['result']>;

function originOf(source: BackboneSource): BackboneInfo['origin'] {
  if (source.kind === 'file') return { kind: 'file', name: source.name };
  return source;
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function picture(id: number, text: string): Blob {
  const hash = text.length + text.charCodeAt(0) + text.charCodeAt(1);
  const colour = COLOURS[hash % COLOURS.length] ?? '#888';
  const angle = (id * 47) % 180;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 96 96"><rect width="96" height="96" fill="${colour}"/><g transform="rotate(${angle} 48 48)"><path d="M${10 + (id % 20)} 48h60" stroke="#fff" stroke-opacity=".5" stroke-width="${1 + (id % 5)}"/></g></svg>`;
  return new Blob([svg], { type: 'image/svg+xml' });
}
