import { expect, test } from 'vitest';
import { fakeCatalog } from '../../../../testing/fake-catalog.ts';
import { fakeRace } from '../../../../testing/fake-race.ts';
import { settingDifferences } from './setting-differences.ts';

const [first, second] = fakeRace('winner').finished;
if (!first || !second) throw new Error('The race needs two runs.');
const differences = (other: typeof first) =>
  settingDifferences(first, other, fakeCatalog, (name) => name);

test('a run differs in nothing from itself', () => {
  expect(differences(first)).toEqual([]);
});

test('what differs is said with the labels and units of the form', () => {
  const training = {
    ...first.config.training,
    batch: 16,
    augmentation: 'off',
    earlyStopping: true,
  };
  const changed = { ...first, config: { ...first.config, training } };
  expect(differences(changed)).toEqual([
    { label: 'Batch', first: '32 images', second: '16 images' },
    { label: 'Augmentation', first: 'Light', second: 'Off' },
    { label: 'Stop when it no longer improves', first: '–', second: 'on' },
  ]);
});

test('another method is named by its label', () => {
  expect(differences(second)).toContainEqual({
    label: 'Method',
    first: 'SAN',
    second: 'Linear probe',
  });
});
