import { expect, test } from 'vitest';
import { takeProject } from './project-lock.ts';

test('a project that is taken cannot be taken again until it is given back', async () => {
  const project = crypto.randomUUID();
  const release = await takeProject(project);
  expect(release).not.toBeNull();
  expect(await takeProject(project, 50)).toBeNull();
  expect(await takeProject(crypto.randomUUID(), 50)).not.toBeNull();
  const waiting = takeProject(project, 5000);
  release?.();
  expect(await waiting).not.toBeNull();
});
