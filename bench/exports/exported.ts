/** A short run with SAN on photographs, taken home in every format of the page. */
import { cp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { tell } from '../../cli/console.ts';
import { importData, readData } from '../../cli/dataset.ts';
import { readClassFolders } from '../../cli/folders.ts';
import { findModel } from '../../cli/model-source.ts';
import { chooseSettings, findMethod } from '../../cli/settings.ts';
import { openTrainerPage, type TrainerPage } from '../../cli/trainer-page.ts';
import { UsageError } from '../../cli/usage.ts';
import { writeExport } from '../../cli/write-export.ts';
import { projectRoot } from '../../scripts/root.ts';
import type { BackboneInfo, RunClass, SelfTest } from '../../src/protocol.ts';
import type { ExportsPlan } from './plan.ts';

const METHOD = 'san';
const BATCH = 16;

export interface Photograph {
  readonly path: string;
  /** What the page answers. */
  readonly logits: readonly number[];
}

export interface ExportedModel {
  readonly name: string;
  readonly backbone: BackboneInfo;
  readonly classes: readonly string[];
  /** The weights file the run started from. */
  readonly weights: string;
  /** Folder of the class folders that hold the photographs trained on and asked about. */
  readonly data: string;
  readonly photographs: readonly Photograph[];
  /** Of every format, how it was tried before it left the page. */
  readonly selfTests: ReadonlyMap<string, SelfTest>;
  /** Holds a folder for every format. */
  readonly folder: string;
}

export const FORMATS = ['studio', 'onnx', 'onnx_half', 'transformers', 'tfjs', 'tfjs_half', 'demo'];

/** Trains, asks the page about the photographs, and writes every format below `plan.out`. */
export async function exportModel(plan: ExportsPlan, model: string): Promise<ExportedModel> {
  const name = basename(model).replace(/\.safetensors$/, '');
  const folder = join(plan.out, name);
  await rm(folder, { recursive: true, force: true });
  const page = await openTrainerPage();
  try {
    const { catalog } = await page.ask('hello', { backend: 'wasm' });
    const source = await findModel(model, catalog, page.files);
    const backbone = await page.ask('loadBackbone', { source });
    const method = findMethod(catalog, METHOD);
    const data = join(folder, 'images');
    const { classes, asked } = await readPhotographs(plan, page, data);
    const written = new Map([
      ['epochs', String(plan.epochs)],
      ['batchSize', String(BATCH)],
    ]);
    const settings = chooseSettings(catalog.training, method, {}, written);
    const run = await page.ask('finetune', { config: { method: METHOD, ...settings, classes } });
    tell(`${name}: ${(100 * run.bestValidationAccuracy).toFixed(0)} % right`);
    const photographs: Photograph[] = [];
    for (const path of asked) {
      const { logits } = await page.ask('predict', { file: page.files.lend(path) });
      photographs.push({ path, logits });
    }
    const images = classes.flatMap(({ validation }) => validation ?? []);
    const selfTests = new Map<string, SelfTest>();
    for (const format of FORMATS) {
      const { selfTest } = await writeExport(page, format, images, join(folder, format));
      selfTests.set(format, selfTest);
    }
    const bundled = source.kind === 'bundled';
    const weights = bundled ? join(projectRoot, 'models', model, 'model.safetensors') : model;
    const names = classes.map((each) => each.name);
    const kept = { photographs, selfTests, folder };
    return { name, backbone, classes: names, weights, data, ...kept };
  } finally {
    await page.close();
  }
}

/** Imports the photographs, and copies them below `data`, as PyTorch is to find them. */
async function readPhotographs(
  plan: ExportsPlan,
  page: TrainerPage,
  data: string,
): Promise<{ classes: readonly RunClass[]; asked: readonly string[] }> {
  const [train, validation] = [join(plan.data, 'train'), join(plan.data, 'validation')];
  const read = { data: train, validation: null, maxPerClass: plan.imagesPerClass };
  const folders = await readData(read);
  if (folders.kind !== 'folders') throw new UsageError('--data must name a folder.');
  const held = await readClassFolders(validation, plan.askedPerClass);
  const byName = new Map(held.map((each) => [each.name, each]));
  const classes = await importData(page, { ...folders, validation: byName });
  for (const { name, files } of [...folders.training, ...held]) {
    for (const file of files) await cp(file, join(data, name, basename(file)));
  }
  const asked = folders.training.flatMap((each) => byName.get(each.name)?.files ?? []);
  return { classes, asked };
}
