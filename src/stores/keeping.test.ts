import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProjectChanges } from '../projects/records.ts';
import { FakeTrainer } from '../testing/fake-trainer.ts';
import { Keeping } from './keeping.ts';
import { createStudio, type Studio } from './studio.ts';

let studio: Studio;
let saved: ProjectChanges[];
let keeping: Keeping;
const hooks = { onSaved: vi.fn(), onFailed: vi.fn() };

beforeEach(async () => {
  vi.clearAllMocks();
  saved = [];
  studio = createStudio(new FakeTrainer({ tick: 1 }));
  await studio.connect();
  await studio.config.getState().opened();
});

afterEach(() => keeping.stop());

test('changes made while others are written go together, and twice at once is never written', async () => {
  let writing = 0;
  const save = async (changes: ProjectChanges) => {
    expect(++writing).toBe(1);
    saved.push(changes);
    await new Promise((resolve) => setTimeout(resolve, 5));
    writing -= 1;
  };
  keeping = new Keeping(studio, { save, ...hooks });
  await keeping.flush();
  saved = [];
  for (const epochs of [1, 2, 3, 4]) studio.config.getState().setTraining('epochs', epochs);
  await keeping.flush();
  expect(saved.length).toBeLessThanOrEqual(2);
  expect(saved.at(-1)?.settings?.touchedTraining).toEqual({ epochs: 4 });
});

test('what a full disk refused is written with the next change', async () => {
  let full = true;
  const save = (changes: ProjectChanges) => {
    if (full) return Promise.reject(new DOMException('full', 'QuotaExceededError'));
    saved.push(changes);
    return Promise.resolve();
  };
  keeping = new Keeping(studio, { save, ...hooks });
  studio.config.getState().setTraining('epochs', 5);
  await keeping.flush();
  expect(hooks.onFailed).toHaveBeenCalled();
  expect(hooks.onSaved).not.toHaveBeenCalled();
  full = false;
  studio.dataset.getState().createClass('elm');
  await keeping.flush();
  expect(saved[0]?.settings?.touchedTraining).toEqual({ epochs: 5 });
  expect(saved[0]?.dataset?.classes).toHaveLength(1);
});

test('nothing is written after it was stopped', async () => {
  const save = vi.fn(() => Promise.resolve());
  keeping = new Keeping(studio, { save, ...hooks });
  await keeping.flush();
  save.mockClear();
  keeping.stop();
  studio.dataset.getState().createClass('elm');
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(save).not.toHaveBeenCalled();
});
