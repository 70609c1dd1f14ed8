import { beforeAll, describe, expect, test } from 'vitest';
import type { FormValues } from '../protocol.ts';
import { colourClasses, colourImages } from '../testing/colour-images.ts';
import { backends, testDevice, useBackend } from '../testing/devices.ts';
import { microBackbone } from '../testing/micro-backbone.ts';
import { readAdapter, writeAdapter } from './export/adapter.ts';
import { Model } from './model.ts';
import { allMethods } from './peft/registry.ts';
import { Run } from './run.ts';
import type { TrainingHooks } from './train/contract.ts';

const loaded = await microBackbone('vit-micro');
const suited = allMethods().filter(({ info }) => !(info.name in loaded.info.refusals));

/** Trains with the method's own defaults, but for what keeps the test short. */
async function trained(
  method: string,
  epochs: number,
  methodOptions: FormValues = {},
): Promise<{ run: Run; losses: number[] }> {
  const training = { epochs, batchSize: 8, augmentation: 'off' };
  const run = new Run(
    1,
    { method, methodOptions, training, classes: colourClasses(8) },
    loaded,
    colourImages,
    testDevice,
  );
  const losses: number[] = [];
  const nothing = (): void => undefined;
  const hooks: TrainingHooks = {
    onPrepare: nothing,
    onPhase: nothing,
    onProgress: nothing,
    onScales: nothing,
    onStep: nothing,
    onEpoch: ({ trainLoss }) => losses.push(trainLoss),
  };
  await run.complete(hooks);
  return { run, losses };
}

async function picture(): Promise<ImageBitmap> {
  const canvas = new OffscreenCanvas(32, 32);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('There must be a canvas.');
  context.fillStyle = 'orange';
  context.fillRect(4, 4, 20, 12);
  return createImageBitmap(canvas);
}

describe('a method', () => {
  // The goldens hold every method to PyTorch's numbers on every backend; this is about the rest.
  beforeAll(() => useBackend('wasm'));

  test.each(suited)('$info.name learns, goes home and comes back the same', async ({ info }) => {
    const { run, losses } = await trained(info.name, 6);
    expect(losses.at(-1)).toBeLessThan(0.9 * (losses[0] ?? 0));

    const home = await run.model.takeHome();
    expect(home.merged !== null).toBe(info.foldsAway);
    const file = await writeAdapter(home);
    expect(file.length).toBe(run.describe().adapterBytes);

    const again = Model.adapted(loaded, await readAdapter(file));
    const image = await picture();
    expect(await again.predict(image)).toEqual(await run.model.predict(image));
    again.dispose();
    run.model.dispose();
  });
});

describe.each(backends)('dropout on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test('draws the same curve with the same seed, and another than none', async () => {
    const [first, second, none] = [
      await trained('lora', 1, { dropout: 0.5 }),
      await trained('lora', 1, { dropout: 0.5 }),
      await trained('lora', 1),
    ];
    expect(second.losses).toEqual(first.losses);
    expect(none.losses).not.toEqual(first.losses);
    for (const { run } of [first, second, none]) run.model.dispose();
  });
});
