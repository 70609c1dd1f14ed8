import { expect, test, vi } from 'vitest';
import { takeOverProject, takeProject } from './project-lock.ts';

const take = (project: string, onLost?: () => void) => takeProject(project, onLost, 50);

test('a project that is taken cannot be taken again until it is given back', async () => {
  const project = crypto.randomUUID();
  const hold = await take(project);
  expect(hold?.isLost()).toBe(false);
  expect(await take(project)).toBeNull();
  expect(await take(crypto.randomUUID())).not.toBeNull();
  const waiting = takeProject(project, undefined, 5000);
  hold?.release();
  expect(await waiting).not.toBeNull();
});

test('who has a project hears that it is wanted, and lets go of that one alone', async () => {
  const project = crypto.randomUUID();
  const onLost = vi.fn(() => hold?.release());
  const hold = await take(project, onLost);
  const other = await takeOverProject(crypto.randomUUID(), 50);
  expect(hold?.isLost()).toBe(false);
  const mine = await takeOverProject(project);
  expect(onLost).toHaveBeenCalledOnce();
  expect(hold?.isLost()).toBe(true);
  expect(await take(project)).toBeNull();
  for (const { release } of [other, mine]) release();
});

test('a tab that answers nobody is robbed, and told when it comes to itself', async () => {
  const project = crypto.randomUUID();
  const onLost = vi.fn();
  const hold = await take(project, onLost);
  const mine = await takeOverProject(project, 50);
  // Once as the wish came, which it did not heed, and once as it was robbed.
  await expect.poll(() => onLost.mock.calls.length).toBe(2);
  expect(hold?.isLost()).toBe(true);
  expect(await take(project)).toBeNull();
  mine.release();
});
