import { EngineError } from '../../errors.ts';
import { collect } from '../../registry.ts';
import type { DemoTask } from './contract.ts';

const tasks = collect<DemoTask>(
  import.meta.glob<Record<string, unknown>>('./tasks/*.ts', { eager: true }),
  'task',
  (task) => task.card.name,
);

/** Every demo task of this build, the first-visit one first, then by name. */
export function demoTasks(): DemoTask[] {
  const first = 'surface-inspection';
  const rank = (task: DemoTask) => (task.card.name === first ? 0 : 1);
  return [...tasks].sort((a, b) => rank(a) - rank(b) || (a.card.name < b.card.name ? -1 : 1));
}

/** The demo task of this name; fails with "bad-request" where there is none. */
export function demoTask(name: string): DemoTask {
  const task = tasks.find((candidate) => candidate.card.name === name);
  if (task) return task;
  const known = tasks.map((candidate) => candidate.card.name).join(', ');
  throw new EngineError('bad-request', `A demo task must be one of ${known}; got "${name}".`);
}
