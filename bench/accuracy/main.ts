/**
 * How well the methods learn: every method on every backbone and data set with the same split,
 * seeds and epochs, each with its own default learning rate. Prints tables; nothing is chosen
 * by their outcome.
 */
import { join } from 'node:path';
import { tell } from '../../cli/console.ts';
import { findDemo, importData, importDemo, readData } from '../../cli/dataset.ts';
import { findModel } from '../../cli/model-source.ts';
import { chooseSettings, findMethod } from '../../cli/settings.ts';
import { openTrainerPage } from '../../cli/trainer-page.ts';
import type { TrainerPage } from '../../cli/trainer-page.ts';
import { planRace } from '../../src/lib/race.ts';
import { withValidation } from '../../src/lib/split.ts';
import type { Catalog, DeviceInfo, FormValues, RunClass } from '../../src/protocol.ts';
import { parsePlan, type AccuracyPlan } from './plan.ts';
import { addRecord, readRecords } from './records.ts';
import { accuracyTables } from './table.ts';

/** Demo images are drawn, and split, with this seed; the others are seeds of training alone. */
const DATA_SEED = 1;
const VALIDATION_SHARE = 0.2;

interface Data {
  readonly name: string;
  readonly classes: readonly RunClass[];
  readonly training: FormValues;
}

export async function accuracy(words: readonly string[]): Promise<void> {
  const plan = parsePlan(words);
  for (const model of plan.models) await onModel(plan, model);
  console.log(accuracyTables(readRecords(plan.records)));
}

/** A page for every backbone, so that one that ends takes no more than its own runs along. */
async function onModel(plan: AccuracyPlan, model: string): Promise<void> {
  const page = await openTrainerPage();
  try {
    const { device, catalog } = await page.ask('hello', { backend: plan.backend });
    const source = await findModel(model, catalog, page.files);
    const { refusals } = await page.ask('loadBackbone', { source });
    const methods = plan.methods.filter((method) => !(method in refusals));
    for (const data of await importAll(plan, page, catalog)) {
      await raceOn({ plan, page, catalog, device, model, methods }, data);
    }
  } finally {
    await page.close();
  }
}

async function importAll(
  plan: AccuracyPlan,
  page: TrainerPage,
  catalog: Catalog,
): Promise<readonly Data[]> {
  const all: Data[] = [];
  for (const name of plan.demos) {
    const demo = findDemo(catalog, name);
    const drawn = await importDemo(page, demo, DATA_SEED);
    const classes = withValidation(drawn, VALIDATION_SHARE, DATA_SEED);
    all.push({ name, classes, training: demo.training });
  }
  if (plan.photographs !== null) {
    const folders = await readData({
      data: join(plan.photographs, 'train'),
      maxPerClass: plan.imagesPerClass,
      validation: { kind: 'folder', folder: join(plan.photographs, 'validation') },
    });
    if (folders.kind === 'folders') {
      const name = `photographs (${plan.imagesPerClass} a class)`;
      all.push({ name, classes: await importData(page, folders), training: {} });
    }
  }
  return all;
}

interface Race {
  readonly plan: AccuracyPlan;
  readonly page: TrainerPage;
  readonly catalog: Catalog;
  readonly device: DeviceInfo;
  readonly model: string;
  readonly methods: readonly string[];
}

async function raceOn(race: Race, data: Data): Promise<void> {
  const { plan, page, catalog, model } = race;
  const known = new Set(readRecords(plan.records).map(({ key }) => key));
  for (const { method: name, seed } of planRace(race.methods, plan.seeds.length, DATA_SEED)) {
    const key = [model, data.name, name, seed, plan.epochs].join(' ');
    if (known.has(key)) continue;
    tell(`\n${key}`);
    const method = findMethod(catalog, name);
    const written = new Map([
      ['seed', String(seed)],
      ['epochs', String(plan.epochs)],
    ]);
    const settings = chooseSettings(catalog.training, method, data.training, written);
    const config = { method: name, ...settings, classes: data.classes };
    const run = await page.ask('finetune', { config });
    addRecord(plan.records, {
      key,
      model,
      data: data.name,
      method: name,
      seed,
      epochs: plan.epochs,
      learningRate: Number(settings.training['learningRate']),
      right: run.right,
      bestEpoch: run.bestEpoch,
      trainImages: run.start.trainImages,
      trainableParameters: run.start.trainableParameters,
      totalParameters: run.start.totalParameters,
      seconds: run.seconds,
      imagesPerSecond: run.imagesPerSecond,
      device: race.device.adapter,
      date: new Date().toISOString(),
    });
    const hits = run.right.reduce((sum, one) => sum + one, 0);
    tell(`${hits} of ${run.right.length} right, ${run.seconds.toFixed(0)} s`);
  }
}
