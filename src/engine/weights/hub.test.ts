import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../lib/safetensors.ts';
import { EngineError } from '../errors.ts';
import type { CachedModel, WeightsCache } from './cache.ts';
import { openHub, type HubAccess } from './hub.ts';

const REPOSITORY = 'timm/resnet18.a1_in1k';
const COMMIT = '1a2b3c';
const INFO = `https://huggingface.co/api/models/${REPOSITORY}?blobs=true`;
const FILES = `https://huggingface.co/${REPOSITORY}/resolve/${COMMIT}`;

const weights = writeSafetensors(
  new Map([['conv1.weight', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]),
);
const hash = createHash('sha256').update(weights).digest('hex');
const config = JSON.stringify({ architecture: 'resnet18', num_classes: 1000 });

/** The shape of the Hub's own answer (huggingface_hub: model_info with files_metadata). */
const info = {
  id: REPOSITORY,
  sha: COMMIT,
  gated: false as unknown,
  siblings: [
    { rfilename: '.gitattributes', size: 1519, blobId: 'a' },
    { rfilename: 'config.json', size: config.length, blobId: 'b' },
    {
      rfilename: 'model.safetensors',
      size: weights.length,
      blobId: 'c',
      lfs: { sha256: hash, size: weights.length, pointerSize: 134 },
    },
    { rfilename: 'pytorch_model.bin', size: 46_800_000, blobId: 'd' },
  ],
};

type Answers = Record<string, () => Response>;

const online = (): Answers => ({
  [INFO]: () => Response.json(info),
  [`${FILES}/config.json`]: () => new Response(config),
  [`${FILES}/model.safetensors`]: () => new Response(weights),
});

let fetched: string[];
let notes: string[];
let kept: Map<string, CachedModel>;

beforeEach(() => {
  fetched = [];
  notes = [];
  kept = new Map();
});

const cache: WeightsCache = {
  find: (repository, wanted) => {
    const model = kept.get(repository);
    return Promise.resolve(model && (wanted ?? model.hash) === model.hash ? model : null);
  },
  store: (repository, model) => {
    kept.set(repository, model);
    return Promise.resolve();
  },
};

const access = (answers: Answers, store: WeightsCache | null = cache): HubAccess => ({
  fetch: (url) => {
    fetched.push(url);
    const answer = answers[url];
    return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError('Failed to fetch'));
  },
  cache: store,
});

function open(answers: Answers, store?: WeightsCache | null, repository = REPOSITORY) {
  const signal = new AbortController().signal;
  const onProgress = (done: number, total: number, note: string) =>
    notes.push(`${done}/${total} ${note}`);
  return openHub(repository, { signal, onProgress }, access(answers, store));
}

async function failure(opening: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await opening.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof EngineError) return error;
  throw new Error(`An EngineError was expected; got ${String(error)}.`);
}

describe('openHub', () => {
  it('fetches weights and config of the current commit, and tells how far it is', async () => {
    const opened = await open(online());
    expect(opened).toMatchObject({
      hash,
      name: REPOSITORY,
      origin: { kind: 'hub', repository: REPOSITORY },
      cached: false,
      config: { architecture: 'resnet18', numClasses: 1000 },
    });
    expect([...(opened.tensors.get('conv1.weight')?.data ?? [])]).toEqual([1, 2, 3, 4]);
    expect(notes.at(-1)).toBe(`${weights.length}/${weights.length} Fetching ${REPOSITORY}`);
  });

  it('takes a kept model where it is still the current one', async () => {
    await open(online());
    fetched = [];
    expect(await open(online())).toMatchObject({ cached: true, hash });
    expect(fetched).toEqual([INFO]);
  });

  it('opens a kept model without a connection', async () => {
    await open(online());
    const opened = await open({});
    expect(opened).toMatchObject({ cached: true, hash, config: { architecture: 'resnet18' } });
  });

  it('fetches again what has rotted in the cache', async () => {
    await open(online());
    kept.set(REPOSITORY, { hash, weights: weights.slice(0, 9), configTexts: [] });
    expect(await open(online())).toMatchObject({ cached: false, hash });
    expect(kept.get(REPOSITORY)?.weights.length).toBe(weights.length);
  });

  it('opens a repository of Transformers, with both its config files', async () => {
    const theirs = writeSafetensors(
      new Map([
        ['resnet.embedder.embedder.convolution.weight', { shape: [1], data: Float32Array.of(1) }],
        ['classifier.1.bias', { shape: [2], data: Float32Array.of(2, 3) }],
      ]),
    );
    const files = {
      'config.json': JSON.stringify({ architectures: ['ResNetForImageClassification'] }),
      'preprocessor_config.json': JSON.stringify({ crop_pct: 0.875, resample: 3, size: 224 }),
      'model.safetensors': theirs,
    };
    const siblings = Object.entries(files).map(([rfilename, file]) => ({
      rfilename,
      size: file.length,
    }));
    const answers: Answers = { [INFO]: () => Response.json({ ...info, siblings }) };
    for (const [name, file] of Object.entries(files)) {
      answers[`${FILES}/${name}`] = () => new Response(file);
    }
    const opened = await open(answers);
    expect([...opened.tensors.keys()]).toEqual(['fc.bias', 'conv1.weight']);
    expect(opened).toMatchObject({
      naming: 'transformers',
      config: { inputSize: 224, cropPct: 0.875, interpolation: 'bicubic' },
    });
    const offline = await open({});
    expect(offline).toEqual({ ...opened, cached: true });
  });

  it('opens a model that cannot be kept, and says so', async () => {
    const full: WeightsCache = {
      find: () => Promise.resolve(null),
      store: () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
    };
    expect(await open(online(), full)).toMatchObject({ cached: false, hash });
    expect(notes.at(-1)).toMatch(/could not be kept .* storage is full/);
  });

  it('works where the browser keeps nothing', async () => {
    expect(await open(online(), null)).toMatchObject({ cached: false, hash });
  });

  it('says that there is no connection', async () => {
    const error = await failure(open({}));
    expect(error.code).toBe('network');
    expect(error.message).toMatch(/Check the connection/);
  });

  it.each([401, 403, 404])('says that there is no such model (status %i)', async (status) => {
    const answer = { error: 'Repository not found' };
    const error = await failure(open({ [INFO]: () => Response.json(answer, { status }) }));
    expect(error.code).toBe('bad-request');
    expect(error.message).toMatch(/no public model "timm\/resnet18.a1_in1k"/);
  });

  it('says that a model is gated', async () => {
    const error = await failure(
      open({ [INFO]: () => Response.json({ ...info, gated: 'manual' }) }),
    );
    expect(error.message).toMatch(/gated/);
  });

  it.each([
    [[{ rfilename: 'pytorch_model.bin', size: 5 }], /pytorch_model.bin, which can run code/],
    [[{ rfilename: 'model-00001-of-00002.safetensors', size: 5 }], /split into several files/],
    [[], /has none/],
    ['nonsense', /has none/],
  ])('says that there is no safetensors file: %j', async (siblings, sentence) => {
    const error = await failure(open({ [INFO]: () => Response.json({ ...info, siblings }) }));
    expect(error.code).toBe('unsupported-model');
    expect(error.message).toMatch(sentence);
  });

  it.each([
    ['is cut off', weights.slice(0, -3), /should have \d+ bytes, but \d+ arrived/],
    ['is too long', new Uint8Array([...weights, 0]), /but more arrived/],
    ['was changed', weights.with(weights.length - 1, 7), /SHA-256/],
  ])('keeps nothing of a download that %s', async (_case, bytes, sentence) => {
    const answers = { ...online(), [`${FILES}/model.safetensors`]: () => new Response(bytes) };
    const error = await failure(open(answers));
    expect(error.code).toBe('network');
    expect(error.message).toMatch(sentence);
    expect(kept.size).toBe(0);
  });

  it.each([
    ['a server in trouble', () => new Response('', { status: 503 })],
    ['an answer that is no JSON', () => new Response('<html>')],
  ])('says so for %s', async (_case, answer) => {
    expect((await failure(open({ [INFO]: answer }))).code).toBe('network');
  });

  it.each([
    'resnet18',
    'a/b/c',
    '../x',
    'a/..',
    'a b/c',
    'a/b--c',
    '',
    'https://huggingface.co/a/b',
  ])('refuses the name %j before asking anybody', async (name) => {
    const error = await failure(open(online(), cache, name));
    expect(error.message).toMatch(/named "owner\/name"/);
    expect(fetched).toEqual([]);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const opening = openHub(
      REPOSITORY,
      { signal: controller.signal, onProgress: () => undefined },
      {
        cache,
        fetch: (url, init) =>
          new Promise((_, reject) => {
            init.signal?.addEventListener('abort', () => reject(new Error(`aborted ${url}`)));
            controller.abort();
          }),
      },
    );
    expect((await failure(opening)).code).toBe('cancelled');
  });
});
