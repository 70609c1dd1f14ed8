/**
 * How fast training is: the same steps with our kernels and with TensorFlow.js's alone, in turns,
 * so that whatever else the machine does falls on both.
 */
import { tell } from '../../cli/console.ts';
import { findModel } from '../../cli/model-source.ts';
import { chooseSettings, findMethod } from '../../cli/settings.ts';
import { openTrainerPage, type TrainerPage } from '../../cli/trainer-page.ts';
import type { Catalog, DeviceInfo, KernelChoice, RunClass, RunConfig } from '../../src/protocol.ts';
import { parsePlan, type TrainPlan } from './plan.ts';
import { speedTable, type Speed } from './table.ts';

const DEMO = 'surface-inspection';
const CLASSES = 5;

interface Side {
  readonly kernels: KernelChoice;
  readonly page: TrainerPage;
  readonly device: DeviceInfo;
  readonly catalog: Catalog;
  readonly classes: readonly RunClass[];
}

export async function train(words: readonly string[]): Promise<void> {
  const plan = parsePlan(words);
  const sides: Side[] = [];
  const speeds: Speed[] = [];
  try {
    for (const kernels of ['own', 'stock'] as const) sides.push(await open(plan, kernels));
    for (const model of plan.models) {
      for (const method of plan.methods) speeds.push(await race(plan, sides, model, method));
    }
  } finally {
    for (const { page } of sides) await page.close();
  }
  console.log(speedTable(speeds));
}

async function open(plan: TrainPlan, kernels: KernelChoice): Promise<Side> {
  const page = await openTrainerPage();
  const { device, catalog } = await page.ask('hello', { backend: plan.backend, kernels });
  const imagesPerClass = Math.ceil((plan.batch * plan.steps) / CLASSES) + 1;
  const drawn = await page.ask('importDemo', { demo: DEMO, seed: 1, imagesPerClass });
  return { kernels, page, device, catalog, classes: withImagesFor(plan, drawn.classes) };
}

/** Exactly the steps' images to train on, spread over the classes, and one a class to validate by. */
function withImagesFor(plan: TrainPlan, classes: readonly RunClass[]): readonly RunClass[] {
  const total = plan.batch * plan.steps;
  return classes.map(({ name, images: [first, ...rest] }, index) => {
    const taken = rest.slice(0, Math.ceil((total - index) / CLASSES));
    return { name, images: taken, validation: first === undefined ? [] : [first] };
  });
}

async function race(
  plan: TrainPlan,
  sides: readonly Side[],
  model: string,
  method: string,
): Promise<Speed> {
  const found: Record<KernelChoice, number[]> = { own: [], stock: [] };
  for (const side of sides) await load(side, model);
  for (let round = 0; round <= plan.rounds; round++) {
    for (const side of sides) {
      const { imagesPerSecond } = await side.page.ask('finetune', {
        config: configOf(plan, side, method),
      });
      // The first one compiles.
      if (round > 0) found[side.kernels].push(imagesPerSecond);
      tell(`${model} ${method} ${side.kernels}: ${imagesPerSecond.toFixed(2)} images/s`);
    }
  }
  return { model, method, device: sides[0]?.device.adapter ?? '', ...found };
}

async function load({ page, catalog }: Side, model: string): Promise<void> {
  const source = await findModel(model, catalog, page.files);
  await page.ask('loadBackbone', { source });
}

function configOf(plan: TrainPlan, { catalog, classes }: Side, name: string): RunConfig {
  const method = findMethod(catalog, name);
  const written = new Map([
    ['epochs', '1'],
    ['batchSize', String(plan.batch)],
    ['compareModes', 'false'],
  ]);
  const settings = chooseSettings(catalog.training, method, {}, written);
  return { method: name, ...settings, classes };
}
