/**
 * Whether the page holds more and more: import, train, evaluate, predict, export and forget, over
 * and over, in a real Chromium. What is held is measured after every round.
 */
import { join } from 'node:path';
import { parseBackend } from '../../cli/arguments.ts';
import { formatTable } from '../../cli/console.ts';
import { findDemo, importDemo } from '../../cli/dataset.ts';
import { openTrainerPage, type TrainerPage } from '../../cli/trainer-page.ts';
import { UsageError } from '../../cli/usage.ts';
import { projectRoot } from '../../scripts/root.ts';
import type { DriverRequests } from '../../cli/driver-api.ts';
import { settled, slopeOf, type Sample } from './slope.ts';

type Held = DriverRequests['measureMemory']['result'];
type Catalog = DriverRequests['hello']['result']['catalog'];

interface Round {
  readonly minutes: number;
  readonly held: Held;
}

const MINUTES = 60;
const METHODS = ['san', 'lora', 'linear'];
const FORMATS = ['studio', 'onnx'];
const usage = 'npm run soak -- [MINUTES] [auto|webgpu|wasm]';

/** Runs for as many minutes as the first word says, 60 without one. */
export async function soak([
  time = String(MINUTES),
  backend = 'auto',
]: readonly string[]): Promise<void> {
  const minutes = Number(time);
  if (!(minutes > 0)) throw new UsageError(`The minutes must be above 0; got "${time}".\n${usage}`);
  const page = await openTrainerPage();
  try {
    const { device, catalog } = await page.ask('hello', { backend: parseBackend(backend) });
    const source = { kind: 'bundled', name: 'resnet10_128' } as const;
    await page.ask('loadBackbone', { source });
    const start = performance.now();
    const since = (): number => (performance.now() - start) / 60_000;
    const rounds: Round[] = [];
    while (since() < minutes) {
      await goRound(page, catalog, rounds.length);
      rounds.push({ minutes: since(), held: await page.ask('measureMemory', {}) });
      console.error(lineOf(rounds.length, rounds.at(-1)!));
    }
    console.log(
      `${device.adapter} (${device.backend}), ${rounds.length} rounds, ${since().toFixed(1)} min`,
    );
    console.log(tableOf(rounds));
    if (page.complaints.length > 0) {
      throw new Error(`The page complained ${page.complaints.length} times: ${page.complaints[0]}`);
    }
  } finally {
    await page.close();
  }
}

/** One of everything; nothing of it is held afterwards. */
async function goRound(page: TrainerPage, catalog: Catalog, round: number): Promise<void> {
  const demo = { ...findDemo(catalog, 'leaf-shapes'), imagesPerClass: 5 };
  const classes = await importDemo(page, demo, round + 1);
  const ids = classes.flatMap(({ images }) => [...images]);
  const method = METHODS[round % METHODS.length] ?? '';
  const training = { epochs: 2, batchSize: 8 };
  const run = await page.ask('finetune', {
    config: { method, methodOptions: {}, training, classes },
  });
  await page.ask('evaluate', { mode: 'both', strength: 1 });
  await page.ask('evaluate', { mode: 'neuron', strength: 0.5 });
  const picture = page.files.lend(join(projectRoot, 'public', 'icon-192.png'));
  for (let i = 0; i < 3; i++) await page.ask('predict', { file: picture });
  const upload = page.files.receive();
  const format = FORMATS[round % FORMATS.length] ?? '';
  await page.ask('exportModel', { upload: upload.url, format, images: ids });
  await upload.bytes;
  await page.ask('forgetRun', { runId: run.start.runId });
  await page.ask('releaseImages', { ids });
}

const FIGURES = [
  { name: 'tensors', of: (held: Held) => held.tensors, digits: 0 },
  { name: 'device, MB', of: (held: Held) => held.deviceBytes / 1e6, digits: 2 },
  { name: 'JavaScript heap, MB', of: (held: Held) => held.heapBytes / 1e6, digits: 2 },
] as const;

function lineOf(count: number, { minutes, held }: Round): string {
  const figures = FIGURES.map(({ name, of, digits }) => `${name} ${of(held).toFixed(digits)}`);
  return `round ${count}, ${minutes.toFixed(1)} min: ${figures.join(', ')}`;
}

function tableOf(rounds: readonly Round[]): string {
  const rows = FIGURES.map(({ name, of, digits }) => {
    const samples: Sample[] = rounds.map(({ minutes, held }) => ({ minutes, value: of(held) }));
    const kept = settled(samples);
    const ends = [kept.at(0), kept.at(-1)].map((sample) => (sample?.value ?? 0).toFixed(digits));
    return [name, ...ends, slopeOf(kept).toFixed(3)];
  });
  return formatTable(['held', 'once settled', 'at the end', 'slope a minute'], rows);
}
