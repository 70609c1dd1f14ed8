import type { ProjectIndex } from '../projects/project-index.ts';
import type { ProjectInfo } from '../projects/records.ts';

/** Where projects lie, and how a page goes from one to another. */
export interface ProjectPlace {
  openIndex(): Promise<ProjectIndex>;
  /** The project that the address names. */
  readonly wanted: string | null;
  /** Leaves this page for one that shows the project. */
  go(project: string): void;
  /** Ends the worker for good: another page works in the project's files from now on. */
  endWorker(): void;
}

const FIRST_NAME = 'My project';
const LONGEST_NAME = 80;

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

/** Why a project may not have this name, as a sentence; null where it may. */
export function nameProblem(name: string): string | null {
  const { length } = name.trim();
  if (length === 0) return 'A project needs a name.';
  if (length <= LONGEST_NAME) return null;
  return `A project’s name has at most ${LONGEST_NAME} characters; this one has ${length}.`;
}
