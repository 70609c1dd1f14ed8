/** Runs in Node, from the bundle that `build.ts` makes: steps of training and goldens on the machine's own GPU. */
import './globals.ts';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { openBackend } from '../../src/engine/backend.ts';
import { accelerate, accelerationOf } from '../../src/engine/kernels/acceleration.ts';
import { loadBackbone, type LoadedBackbone } from '../../src/engine/loaded-backbone.ts';
import { settleKernels } from '../../src/engine/ops/speed.ts';
import { measureSteps, repeatedStep } from '../../src/engine/train/measure.ts';
import type { DeviceInfo, Failure, KernelChoice } from '../../src/protocol.ts';
import { checkGoldenFiles } from '../../src/worker/goldens.ts';
import { keepJson } from '../keep.ts';
import { countOr } from '../words.ts';
import { randomNetwork } from '../shapes.ts';
import { measureProducts } from './products.ts';
import { profileStep } from './profile.ts';
import { parsePlan } from '../train/plan.ts';
import { race } from '../train/race.ts';
import { speedTable, type Speed } from '../train/table.ts';

function refuse({ message }: Failure): void {
  console.error(message);
  process.exit(1);
}

/** `AS_CHIP=1` has a processor that stands in for a chip run a chip's kernels: to check them, not to time them. */
async function open(kernels: KernelChoice): Promise<DeviceInfo> {
  const device = await openBackend('webgpu', refuse, kernels);
  if (process.env['AS_CHIP'] && kernels === 'own') {
    accelerate({ ...accelerationOf(tf.backend()), emulated: false });
  }
  return device;
}

async function train(words: readonly string[]): Promise<void> {
  const plan = parsePlan(words);
  const speeds: Speed[] = [];
  const { adapter: device } = await open('own');
  for (const model of plan.models) {
    const loaded = await load(model);
    for (const method of plan.methods) {
      const call = { method, methodOptions: {}, batch: plan.batch, steps: plan.steps };
      speeds.push(
        await race(plan, { model, method, device }, async (kernels) => {
          await open(kernels);
          return measureSteps(loaded, {
            ...call,
            recomputes: plan.recomputes && kernels === 'own',
            halves: plan.halves && kernels === 'own',
            mixed: plan.mixed && kernels === 'own',
          });
        }),
      );
    }
  }
  keepJson(plan.records, speeds);
  console.log(speedTable(speeds));
}

/** What the time of one step goes to, ours alone. */
async function profile(words: readonly string[]): Promise<void> {
  const { models, methods, batch, recomputes, halves, mixed } = parsePlan(words);
  const { adapter } = await open('own');
  for (const model of models) {
    const loaded = await load(model);
    for (const method of methods) {
      const step = repeatedStep(loaded, {
        method,
        methodOptions: {},
        batch,
        recomputes,
        halves,
        mixed,
      });
      await step.one();
      await settleKernels();
      await step.one();
      const table = await profileStep(async () => {
        await step.one();
      });
      console.log(`${model}, ${method}, batch ${batch}, ${adapter}\n\n${table}\n`);
      step.dispose();
    }
  }
}

/** How far products in half precision lead from those in single: losses and gradient norms of the same steps. */
async function precision(words: readonly string[]): Promise<void> {
  const { models, methods, batch, steps } = parsePlan(words);
  const { adapter } = await open('own');
  console.log(adapter);
  for (const model of models) {
    const loaded = await load(model);
    for (const method of methods) {
      const [single, mixed] = [false, true].map((each) =>
        repeatedStep(loaded, { method, methodOptions: {}, batch, mixed: each }),
      );
      for (let i = 1; single && mixed && i <= steps; i++) {
        const [exact, found] = [await single.one(), await mixed.one()];
        if (i === 1) await settleKernels();
        const apart = Math.abs(found.gradientNorm / exact.gradientNorm - 1);
        console.log(
          `${model} ${method} step ${i}: loss ${exact.loss} and ${found.loss}, gradient norm ${apart.toExponential(1)} apart`,
        );
      }
      single?.dispose();
      mixed?.dispose();
    }
  }
}

async function load(model: string): Promise<LoadedBackbone> {
  const random = randomNetwork(model);
  const beside = (file: string): Promise<Blob> => blobOf(join('models', model, file));
  const weights = random ? new Blob([random.weights]) : await beside('model.safetensors');
  const config = random ? new Blob([random.config]) : await beside('config.json');
  const hooks = { signal: new AbortController().signal, onProgress: () => undefined };
  const name = `${model}.safetensors`;
  const source = { kind: 'file', name, weights, config };
  return loadBackbone({ ...source, kind: 'file' }, hooks);
}

async function goldens(folders: readonly string[]): Promise<void> {
  await open('own');
  for (const folder of folders) {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.safetensors'));
    const files = names.map(async (name) => [name, await blobOf(join(folder, name))] as const);
    const report = await checkGoldenFiles(
      {
        manifest: await blobOf(join(folder, 'manifest.json')),
        tensors: Object.fromEntries(await Promise.all(files)),
        methods: null,
      },
      'webgpu',
    );
    for (const { name, pass, problem, ...errors } of report.methods) {
      console.log(report.name, name, pass ? 'pass' : 'FAIL', problem ?? '', JSON.stringify(errors));
      if (!pass) process.exitCode = 1;
    }
  }
}

async function products([rows]: readonly string[]): Promise<void> {
  console.log((await open('own')).adapter);
  await measureProducts(countOr('rows', rows, 6304));
}

async function blobOf(path: string): Promise<Blob> {
  return new Blob([await readFile(path)]);
}

const commands: Readonly<Record<string, (words: readonly string[]) => Promise<void>>> = {
  train,
  profile,
  goldens,
  products,
  precision,
};

const [, , name = '', ...words] = process.argv;
const command = commands[name];
if (!command)
  throw new Error(
    `A command must be train, profile, goldens, products or precision; got "${name}".`,
  );
await command(words);
// Dawn's threads would keep the process alive.
process.exit();
