import { relative } from 'node:path';
import type { PredictCall } from './arguments.ts';
import { formatPercent, formatTable, print, tell } from './console.ts';
import type { PlainPrediction } from './driver-api.ts';
import { readImages, requireFile } from './folders.ts';
import { findModel } from './model-source.ts';
import { RequestError } from './trainer-page.ts';
import type { TrainerPage } from './trainer-page.ts';
import { UsageError } from './usage.ts';

const topCount = 5;

/** Predicts every image under `--data`; files that do not decode are told, and make the exit code 1. */
export async function predict(
  call: PredictCall,
  openPage: () => Promise<TrainerPage>,
): Promise<number> {
  const paths = await readImages(call.data);
  if (paths.length === 0) throw new UsageError(`"${call.data}" must hold images; it holds none.`);
  if (call.adapter !== null) await requireFile(call.adapter);
  const page = await openPage();
  const { device, catalog } = await page.ask('hello', { backend: call.backend });
  const source = await findModel(call.model, catalog, page.files);
  const backbone = await page.ask('loadBackbone', { source });
  if (call.adapter !== null) {
    await page.ask('importAdapter', { file: page.files.lend(call.adapter) });
  }

  const files = [];
  let classes: readonly string[] = [];
  for (const path of paths) {
    const file = relative(call.data, path);
    const prediction = await predictFile(page, path, file);
    if (!prediction) continue;
    classes = prediction.classes;
    files.push({ file, top: topOf(prediction), logits: prediction.logits });
  }

  const report = {
    model: backbone.name,
    backend: device.backend,
    device: device.adapter,
    classes,
    files,
  };
  print(call.json ? JSON.stringify(report) : describe(files));
  return files.length === paths.length ? 0 : 1;
}

async function predictFile(
  page: TrainerPage,
  path: string,
  name: string,
): Promise<PlainPrediction | null> {
  try {
    return await page.ask('predict', { file: page.files.lend(path, name) });
  } catch (error) {
    if (!(error instanceof RequestError) || error.code !== 'bad-image') throw error;
    tell(`${name}: ${error.message}`);
    return null;
  }
}

interface RankedClass {
  readonly class: string;
  readonly probability: number;
}

function topOf({ classes, probabilities }: PlainPrediction): RankedClass[] {
  return classes
    .map((name, index) => ({ class: name, probability: probabilities[index] ?? 0 }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, topCount);
}

function describe(files: readonly { file: string; top: readonly RankedClass[] }[]): string {
  const rows = files.map(({ file, top }) => [
    file,
    top.map((it) => `${it.class} ${formatPercent(it.probability)}`).join(', '),
  ]);
  return formatTable(['file', 'classes'], rows);
}
