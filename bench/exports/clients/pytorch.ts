/** PyTorch with timm: the merged weights, loaded strictly, the adapter, and the run trained again. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { tell } from '../../../cli/console.ts';
import { hasPython, hasTimm, runPython } from '../../../src/testing/pytorch.ts';
import { compareLogits, largestDifference, type ExportRow } from '../compare.ts';
import type { ExportedModel } from '../exported.ts';

const FORMAT = 'studio';
const OPTIONS = { timeout: 3_600_000, threads: 2 };

interface Losses {
  readonly steps: readonly { readonly loss: number }[];
}

export async function pyTorch(model: ExportedModel): Promise<readonly ExportRow[]> {
  if (!hasPython || !hasTimm) {
    tell('PyTorch is left out: it needs torch, numpy and Pillow, and timm where TIMM_SRC says.');
    return [];
  }
  return [...(await logits(model)), await trainedAgain(model)];
}

async function logits(model: ExportedModel): Promise<readonly ExportRow[]> {
  const script = resolve('scripts/reference/eject_logits.py');
  const bundle = resolve(model.folder, FORMAT);
  const printed = await runPython([script, bundle, model.data, model.weights], OPTIONS);
  // In the order of split.json's validation images, which is the order of the photographs.
  const { adapter, merged } = JSON.parse(printed) as Record<'adapter' | 'merged', number[][]>;
  const expected = model.photographs.map((each) => each.logits);
  const row = (client: string, answers: number[][]): ExportRow =>
    compareLogits({ model: model.name, format: FORMAT, client, allowed: 1e-3 }, expected, answers);
  return [
    row('PyTorch and timm, model.safetensors strictly, Pillow', merged),
    row('PyTorch and timm, eject/san.py with the adapter, Pillow', adapter),
  ];
}

/** The losses of eject/train.py's steps against those of the page. */
async function trainedAgain(model: ExportedModel): Promise<ExportRow> {
  const bundle = resolve(model.folder, FORMAT);
  const out = resolve(model.folder, 'trained-again');
  const places = ['--data', model.data, '--backbone', model.weights, '--out', out];
  await runPython([join(bundle, 'eject/train.py'), ...places, '--device', 'cpu'], OPTIONS);
  const lossesOf = async (folder: string): Promise<number[]> => {
    const text = await readFile(join(folder, 'run.json'), 'utf8');
    // Both are written by this project, one by the page and one by its scripts.
    return (JSON.parse(text) as Losses).steps.map(({ loss }) => loss);
  };
  const [expected, again] = [await lossesOf(bundle), await lossesOf(out)];
  return {
    model: model.name,
    format: FORMAT,
    client: 'PyTorch and timm, eject/train.py repeats the run',
    measure: 'losses',
    largest: largestDifference([expected], [again]),
    sameClass: null,
    asked: expected.length,
    allowed: 1e-3,
  };
}
