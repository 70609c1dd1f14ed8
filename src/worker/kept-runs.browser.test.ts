import { beforeAll, expect, test } from 'vitest';
import { trainedModel } from '../engine/export/trained-model.fixture.ts';
import type { LoadedBackbone } from '../engine/loaded-backbone.ts';
import { methodNamed } from '../engine/peft/registry.ts';
import { stateBytes, TrainedRun } from '../engine/trained-run.ts';
import type { StateDict } from '../lib/safetensors.ts';
import { microBackbone } from '../testing/micro-backbone.ts';
import { keptBudget, KeptRuns } from './kept-runs.ts';

let loaded: LoadedBackbone;
beforeAll(async () => {
  loaded = await microBackbone('vit-micro');
});

const state = (): StateDict =>
  new Map([['head.bias', { shape: [25], data: new Float32Array(25) }]]);

/** Three epochs of 100 bytes each, the best one among them. */
function trained(id: number, on = loaded): TrainedRun {
  const [first, best, last] = [state(), state(), state()];
  if (!trainedModel.record) throw new Error('The trained model of the tests has a record.');
  return new TrainedRun({
    id,
    loaded: on,
    method: methodNamed('linear'),
    options: {},
    classes: ['a', 'b'],
    validation: [],
    batchSize: 1,
    loadEvaluation: () => Promise.reject(new Error('Nothing is evaluated here.')),
    best,
    snapshots: new Map([
      [1, first],
      [2, best],
      [3, last],
    ]),
    record: trainedModel.record,
    split: { train: [], validation: [] },
  });
}

test('the best epoch counts once', () => {
  const run = trained(1);
  expect(run.bytes).toBe(300);
  run.dropSnapshots();
  expect(run.bytes).toBe(100);
});

test('where room ends, the oldest lose their epochs first and then their weights', () => {
  const kept = new KeptRuns();
  const runs = [1, 2, 3].map((id) => trained(id));
  for (const run of runs) expect(kept.add(run, 700, loaded)).toEqual([]);
  expect(runs.map(({ bytes }) => bytes)).toEqual([100, 300, 300]);
  expect(kept.add(trained(4), 500, loaded)).toEqual([1]);
  expect(runs.slice(1).map(({ bytes }) => bytes)).toEqual([100, 100]);
  expect(kept.find(1)).toBeNull();
  expect(kept.find(2)?.id).toBe(2);
});

test('the newest run keeps its weights, whatever the budget', () => {
  const kept = new KeptRuns();
  kept.add(trained(1), 0, loaded);
  const newest = trained(2);
  expect(kept.add(newest, 0, loaded)).toEqual([1]);
  expect(kept.find(2)).toBe(newest);
  expect(newest.bytes).toBe(100);
});

test('a backbone that is loaded again shares the weights that runs hold', async () => {
  const kept = new KeptRuns();
  kept.add(trained(1), 1000, loaded);
  const again = await microBackbone('vit-micro');
  expect(again.weights).not.toBe(loaded.weights);
  expect(kept.share(again).weights).toBe(loaded.weights);
  const other = await microBackbone('resnet-micro-bottleneck');
  expect(kept.share(other)).toBe(other);
});

test('a backbone that only kept runs hold counts once', async () => {
  const kept = new KeptRuns();
  const other = await microBackbone('resnet-micro-bottleneck');
  const room = stateBytes(loaded.weights) + 600;
  expect(kept.add(trained(1), room, other)).toEqual([]);
  expect(kept.add(trained(2), room, other)).toEqual([]);
  expect(kept.find(1)?.bytes).toBe(300);
  expect(kept.add(trained(3, other), room - 1, other)).toEqual([]);
  expect(kept.find(1)?.bytes).toBe(100);
});

test('the budget follows the memory of the computer', () => {
  expect(keptBudget(8 * 2 ** 30)).toBe(2 ** 30);
  expect(keptBudget(null)).toBe(512 * 2 ** 20);
});
