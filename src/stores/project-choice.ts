import type { ProjectIndex } from '../projects/project-index.ts';
import type { ProjectInfo } from '../projects/records.ts';

const FIRST_NAME = 'My project';

/** The wanted one, the one changed last, or a first one. */
export async function projectToOpen(
  index: ProjectIndex,
  wanted: string | null,
): Promise<ProjectInfo> {
  const projects = await index.list();
  const known = projects.find(({ id }) => id === wanted) ?? projects[0];
  if (known) return known;
  const first = newProject(FIRST_NAME);
  await index.add(first, {});
  return first;
}

export function newProject(name: string): ProjectInfo {
  return { id: crypto.randomUUID(), name, changedAt: Date.now() };
}
