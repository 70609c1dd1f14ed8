import { expect, test } from 'vitest';
import { fakeCatalog } from '../testing/fake-catalog.ts';
import { FakeTrainer } from '../testing/fake-trainer.ts';
import { createConfigStore, settingsProblem, trainingValues } from './config.ts';

const [first, second] = fakeCatalog.methods;
if (!first || !second) throw new Error('The fake catalog needs two methods.');

const rate = (store: ReturnType<typeof createConfigStore>) =>
  trainingValues(fakeCatalog, store.getState())['learningRate'];

test('untouched values follow the method, touched ones stay', () => {
  const store = createConfigStore(new FakeTrainer());
  store.getState().chooseMethod(first.name);
  expect(rate(store)).toBe(0.005);
  store.getState().chooseMethod(second.name);
  expect(rate(store)).toBe(0.01);
  store.getState().setTraining('learningRate', 0.02);
  store.getState().chooseMethod(first.name);
  expect(rate(store)).toBe(0.02);
  store.getState().resetTraining();
  expect(rate(store)).toBe(0.005);
});

test('a broken rule is stated with the value', () => {
  const store = createConfigStore(new FakeTrainer());
  store.getState().chooseMethod(first.name);
  expect(settingsProblem(fakeCatalog, store.getState())).toBeNull();
  for (const [value, sentence] of [
    [0, 'Epochs must be 1 … 300; got 0.'],
    [2.5, 'Epochs must be a whole number; got 2.5.'],
    [Number.NaN, 'Epochs must be 1 … 300; got no number.'],
  ] as const) {
    store.getState().setTraining('epochs', value);
    expect(settingsProblem(fakeCatalog, store.getState())).toBe(sentence);
  }
});

test('a method that the backbone refuses is a problem with its reason', async () => {
  const store = createConfigStore(new FakeTrainer());
  store.getState().chooseMethod('vpt');
  expect(settingsProblem(fakeCatalog, store.getState())).toBeNull();
  await store.getState().loadBackbone({ kind: 'bundled', name: 'resnet10_128' }, '');
  expect(settingsProblem(fakeCatalog, store.getState())).toBe(
    'Prompts cannot train this backbone. Prompts need a network of tokens; this one is made of convolutions.',
  );
  store.getState().chooseMethod(first.name);
  expect(settingsProblem(fakeCatalog, store.getState())).toBeNull();
});

test('a backbone that cannot be opened leaves the one before', async () => {
  const trainer = new FakeTrainer();
  const store = createConfigStore(trainer);
  expect(await store.getState().loadBackbone({ kind: 'bundled', name: 'resnet10_128' }, '')).toBe(
    true,
  );
  trainer.failNext('backbone.load', 'network', 'huggingface.co did not answer.');
  const hub = { kind: 'hub', repository: 'timm/none' } as const;
  expect(await store.getState().loadBackbone(hub, '')).toBe(false);
  expect(store.getState()).toMatchObject({
    backbone: { name: 'resnet10_128' },
    backboneProblem: 'huggingface.co did not answer.',
    loading: null,
  });
});

test('cancelling is no failure', async () => {
  const store = createConfigStore(new FakeTrainer());
  const loading = store.getState().loadBackbone({ kind: 'bundled', name: 'resnet10_128' }, '');
  store.getState().loading?.cancel();
  expect(await loading).toBe(false);
  expect(store.getState().backboneProblem).toBeNull();
});
