/**
 * How fast training is: the same steps with our kernels and with TensorFlow.js's alone, in turns,
 * so that whatever else the machine does falls on both.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findModel } from '../../cli/model-source.ts';
import { findMethod } from '../../cli/settings.ts';
import { openTrainerPage, type TrainerPage } from '../../cli/trainer-page.ts';
import type { Catalog, DeviceInfo, KernelChoice } from '../../src/protocol.ts';
import { keepJson } from '../keep.ts';
import { randomNetwork } from '../shapes.ts';
import { parsePlan, type TrainPlan } from './plan.ts';
import { race } from './race.ts';
import { speedTable, type Speed } from './table.ts';

interface Side {
  readonly kernels: KernelChoice;
  readonly page: TrainerPage;
  readonly device: DeviceInfo;
  readonly catalog: Catalog;
}

export async function train(words: readonly string[]): Promise<void> {
  const plan = parsePlan(words);
  const sides: Side[] = [];
  const speeds: Speed[] = [];
  try {
    for (const kernels of ['own', 'stock'] as const) sides.push(await open(plan, kernels));
    for (const model of plan.models) {
      for (const side of sides) await load(side, model);
      for (const method of plan.methods) speeds.push(await raceIn(plan, sides, model, method));
    }
  } finally {
    for (const { page } of sides) await page.close();
  }
  keepJson(plan.records, speeds);
  console.log(speedTable(speeds));
}

async function open(plan: TrainPlan, kernels: KernelChoice): Promise<Side> {
  const page = await openTrainerPage();
  const { device, catalog } = await page.ask('hello', { backend: plan.backend, kernels });
  return { kernels, page, device, catalog };
}

async function raceIn(
  plan: TrainPlan,
  sides: readonly Side[],
  model: string,
  method: string,
): Promise<Speed> {
  const device = sides[0]?.device.adapter ?? '';
  return race(plan, { model, method, device }, (kernels) => {
    const side = sides.find((each) => each.kernels === kernels);
    if (!side) throw new Error(`No page runs the ${kernels} kernels.`);
    const { name } = findMethod(side.catalog, method);
    const { batch, steps } = plan;
    const own = kernels === 'own';
    return side.page.ask('measureSteps', {
      method: name,
      methodOptions: {},
      batch,
      steps,
      recomputes: plan.recomputes && own,
      halves: plan.halves && own,
      mixed: plan.mixed && own,
    });
  });
}

async function load({ page, catalog }: Side, model: string): Promise<void> {
  const source = await findModel(randomModel(model) ?? model, catalog, page.files);
  await page.ask('loadBackbone', { source });
}

/** A file of that network with random weights; null where no shape of that name is known. */
function randomModel(name: string): string | null {
  const random = randomNetwork(name);
  if (!random) return null;
  const path = join('artifacts', 'shapes', `${name}.safetensors`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, random.weights);
  writeFileSync(path.replace(/safetensors$/, 'config.json'), random.config);
  return path;
}
