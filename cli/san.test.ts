import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classNames, makeClassFolders } from '../e2e/class-folders.ts';
import { projectRoot } from '../scripts/root.ts';

/** A page is built, a browser starts and a network trains, all on shared cores. */
const patience = 300_000;
const model = 'resnet10_128';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'san-'));
  await makeClassFolders(join(folder, 'train'), { imagesPerClass: 5, seed: 1 });
  await makeClassFolders(join(folder, 'held'), { imagesPerClass: 2, seed: 2 });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Calls the program as a shell in `folder` would. */
function san(...words: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(projectRoot, 'scripts/san.mjs'), ...words], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output, errors });
    });
  });
}

interface Predictions {
  readonly classes: readonly string[];
  readonly files: readonly {
    readonly file: string;
    readonly top: readonly { readonly class: string; readonly probability: number }[];
    readonly logits: readonly number[];
  }[];
}

async function predict(...words: string[]): Promise<Predictions> {
  const outcome = await san('predict', '--data', 'held', '--backend', 'wasm', '--json', ...words);
  expect(outcome.code, outcome.errors).toBe(0);
  return JSON.parse(outcome.output) as Predictions;
}

describe('finetune and what follows from it', () => {
  let outcome: Outcome;

  beforeAll(async () => {
    outcome = await san(
      ...['finetune', '--data', 'train', '--val', 'held', '--model', model, '--backend', 'wasm'],
      ...['--epochs', '2', '--batch', '6', '--seed', '3', '--max-per-class', '4'],
      ...['--set', 'augmentation=off', '--out', 'out', '--json'],
    );
  }, patience);

  it('prints one object and nothing else', () => {
    expect(outcome.code, outcome.errors).toBe(0);
    const report: unknown = JSON.parse(outcome.output);
    const number = expect.any(Number) as number;
    const epoch = { trainLoss: number, valLoss: number, valAccuracy: number, seconds: number };
    expect(report).toEqual({
      model,
      method: 'san',
      backend: 'wasm',
      device: expect.stringContaining('WebAssembly') as string,
      seed: 3,
      epochs: [
        { epoch: 1, ...epoch },
        { epoch: 2, ...epoch },
      ],
      bestValAccuracy: number,
      modes: { both: number, neuron: number, synapse: number, head: number },
      imagesPerSecond: number,
      trainableParameters: number,
      seconds: number,
    });
  });

  it('tells its progress on standard error', () => {
    expect(outcome.errors).toContain('12 training and 6 validation images');
    expect(outcome.errors).toContain('epoch 2:');
  });

  it('writes the files of the export', async () => {
    expect((await readdir(join(folder, 'out'))).sort()).toEqual([
      'README.md',
      'adapter.safetensors',
      'config.json',
      'eject',
      'model.safetensors',
      'run.json',
      'selftest.json',
      'split.json',
    ]);
  });

  it(
    'goes home in another format, tried on images',
    async () => {
      const { code, output, errors } = await san(
        ...['export', '--run', 'out', '--format', 'onnx', '--out', 'onnx', '--data', 'held'],
        ...['--backend', 'wasm', '--json'],
      );
      expect(code, errors).toBe(0);
      expect((await readdir(join(folder, 'onnx'))).sort()).toEqual([
        'README.md',
        'model.onnx',
        'selftest.json',
      ]);
      expect(JSON.parse(output)).toMatchObject({
        format: 'onnx',
        selfTest: { images: 6, source: 'own', files: [{ name: 'model.onnx', sameClass: 6 }] },
      });
    },
    patience,
  );

  it(
    'names the formats where it is asked for another',
    async () => {
      const call = ['export', '--run', 'out', '--format', 'caffe', '--out', 'caffe'];
      const { code, errors } = await san(...call, '--backend', 'wasm');
      expect(code).toBe(1);
      expect(errors).toContain(
        'The format must be one of studio, onnx, onnx_half, transformers, tfjs, tfjs_half, demo; got "caffe".',
      );
    },
    patience,
  );

  it(
    'predicts the same from the merged weights and from the adapter',
    async () => {
      const merged = await predict('--model', 'out');
      const adapted = await predict('--model', model, '--adapter', 'out/adapter.safetensors');
      expect(merged.classes).toEqual(classNames);
      expect(merged.files).toHaveLength(6);
      expect(merged.files[0]?.top).toHaveLength(3);
      for (const [index, { file, logits }] of merged.files.entries()) {
        const other = adapted.files[index];
        expect(other?.file).toBe(file);
        for (const [at, logit] of logits.entries()) expect(other?.logits[at]).toBeCloseTo(logit, 4);
      }
    },
    patience,
  );

  it(
    'says which image did not decode, and that with its exit code',
    async () => {
      await writeFile(join(folder, 'train', 'rings', 'zz-torn.png'), 'no picture');
      const torn = await san('predict', '--model', 'out', '--data', 'train/rings', '--json');
      expect(torn.code).toBe(1);
      expect(torn.errors).toContain('zz-torn.png');
      expect((JSON.parse(torn.output) as Predictions).files).toHaveLength(5);
    },
    patience,
  );
});

describe('compare', () => {
  it(
    'trains every method with every seed and says how they stand',
    async () => {
      const { code, output, errors } = await san(
        ...['compare', '--data', 'train', '--val', 'held', '--model', model, '--backend', 'wasm'],
        ...['--methods', 'linear,san', '--seeds', '2', '--epochs', '1', '--batch', '6'],
        ...['--max-per-class', '4', '--set', 'augmentation=off', '--json'],
      );
      expect(code, errors).toBe(0);
      const number = expect.any(Number) as number;
      const row = (method: string, learningRate: number) => ({
        method,
        mean: number,
        interval: [number, number],
        perSeed: [number, number],
        standardDeviation: number,
        seconds: number,
        imagesPerSecond: number,
        trainableParameters: number,
        trainableShare: number,
        adapterBytes: number,
        extraCost: 0,
        learningRate,
      });
      const report = JSON.parse(output) as { methods: object[]; leaders: string[] };
      expect(report).toMatchObject({
        model,
        backend: 'wasm',
        seeds: [1, 2],
        epochs: 1,
        methods: [row('linear', 0.005), row('san', 0.005)],
        tuning: [],
        failures: [],
      });
      expect(report.leaders.length).toBeGreaterThan(0);
      expect(errors).toContain('run 4 of 4: san, seed 2, rate 0.005');
    },
    patience,
  );
});

describe('check-goldens', () => {
  const goldens = join(projectRoot, 'src/testing/goldens');

  it(
    'passes where the numbers agree',
    async () => {
      const { code, output, errors } = await san(
        ...['check-goldens', goldens, '--methods', 'san,full', '--backend', 'wasm', '--json'],
      );
      expect(code, errors).toBe(0);
      const { backbones } = JSON.parse(output) as { backbones: { methods: { pass: boolean }[] }[] };
      expect(backbones.length).toBeGreaterThan(0);
      for (const { methods } of backbones) {
        expect(methods).toHaveLength(2);
        expect(methods.every((method) => method.pass)).toBe(true);
      }
    },
    patience,
  );

  it('fails where no manifest names the method', async () => {
    const { code, errors } = await san('check-goldens', goldens, '--methods', 'astrology');
    expect(code).toBe(1);
    expect(errors).toContain('astrology');
  }, 30_000);
});

describe('a wrong call', () => {
  it.each([
    [[], 'A command is needed'],
    [['finetune', '--data', 'train'], '--model is needed'],
    [['finetune', '--data', 'nowhere', '--model', model], 'There is no folder "nowhere"'],
    [['finetune', '--data', 'train', '--model', 'no-such-net'], 'got "no-such-net"'],
    [['finetune', '--data', 'train', '--model', model, '--epochs', '0'], 'epochs must be'],
    [['finetune', '--data', 'train', '--model', model, '--method', 'magic'], 'got "magic"'],
    [
      ['compare', '--data', 'train', '--model', model, '--methods', 'san,magic'],
      '--methods must be among',
    ],
    [['predict', '--model', 'nothing.safetensors', '--data', 'train'], 'nothing.safetensors'],
  ])(
    '%j ends with code 2, the reason and the usage',
    async (words, reason) => {
      const { code, output, errors } = await san(...words);
      expect(code).toBe(2);
      expect(output).toBe('');
      expect(errors).toContain(reason);
      expect(errors).toContain('Usage:');
    },
    patience,
  );
});
