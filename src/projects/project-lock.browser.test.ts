import { expect, test } from 'vitest';
import { takeProject } from './project-lock.ts';

test('a project that is taken cannot be taken again', async () => {
  const project = crypto.randomUUID();
  expect(await takeProject(project)).toBe(true);
  expect(await takeProject(project, 50)).toBe(false);
  expect(await takeProject(crypto.randomUUID(), 50)).toBe(true);
});
