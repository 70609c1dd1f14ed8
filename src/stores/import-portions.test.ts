import { expect, test } from 'vitest';
import type { Progress } from '../client/trainer-client.ts';
import type { ImportItem, ImportSummary, RejectedFile } from '../protocol.ts';
import { FakeTrainer } from '../testing/fake-trainer.ts';
import { importInPortions } from './import-portions.ts';

const files = (count: number): ImportItem[] =>
  Array.from({ length: count }, (_, i) => ({
    path: `oak/${i}.${i % 50 === 49 ? 'txt' : 'png'}`,
    file: new Blob([String(i)]),
  }));

function importing(trainer: FakeTrainer, count: number, controller = new AbortController()) {
  const progress: Progress[] = [];
  const rejected: RejectedFile[] = [];
  const options = {
    onProgress: (told: Progress) => progress.push(told),
    signal: controller.signal,
  };
  const onPortion = (summary: ImportSummary) => rejected.push(...summary.rejected);
  const done = importInPortions(trainer, files(count), null, options, onPortion);
  return { progress, rejected, done };
}

test('many files go over little by little, and count as one import', async () => {
  const trainer = new FakeTrainer({ tick: 0 });
  const { progress, rejected, done } = importing(trainer, 300);
  await done;
  const sizes = trainer.requests.map(({ args }) =>
    'items' in args && Array.isArray(args.items) ? args.items.length : 0,
  );
  expect(Math.max(...sizes)).toBeLessThanOrEqual(64);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(300);
  expect(new Set(progress.map(({ total }) => total))).toEqual(new Set([300]));
  const counts = progress.map(({ done: count }) => count);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(counts.at(-1)).toBe(300);
  expect(rejected).toHaveLength(6);
});

test('what the first portions told outlives the failure of a later one', async () => {
  const trainer = new FakeTrainer({ tick: 0 });
  trainer.subscribe(() => trainer.failNext('images.import', 'storage', 'The disk is full.'));
  const { rejected, done } = importing(trainer, 300);
  await expect(done).rejects.toThrow('The disk is full.');
  expect(rejected.map(({ path }) => path)).toEqual(['oak/49.txt']);
});

test('a stop lets no further portion over', async () => {
  const trainer = new FakeTrainer({ tick: 0 });
  const controller = new AbortController();
  trainer.subscribe(() => controller.abort());
  const { done } = importing(trainer, 300, controller);
  await expect(done).rejects.toMatchObject({ code: 'cancelled' });
  expect(trainer.requests).toHaveLength(1);
});
