import { EngineError } from '../../errors.ts';
import type { DemoTask } from './contract.ts';

const files = import.meta.glob<{ readonly task: DemoTask }>('./tasks/*.ts', { eager: true });

const tasks = new Map<string, DemoTask>();
for (const [path, { task }] of Object.entries(files)) {
  const { name } = task.card;
  if (path !== `./tasks/${name}.ts`) {
    throw new Error(`a demo task must be named like its file; got "${name}" in ${path}`);
  }
  tasks.set(name, task);
}

/** Every demo task of this build, the first-visit one first, then by name. */
export function demoTasks(): DemoTask[] {
  const first = 'surface-inspection';
  const rank = (task: DemoTask) => (task.card.name === first ? 0 : 1);
  return [...tasks.values()].sort(
    (a, b) => rank(a) - rank(b) || (a.card.name < b.card.name ? -1 : 1),
  );
}

/** The demo task of this name; fails with "bad-request" where there is none. */
export function demoTask(name: string): DemoTask {
  const task = tasks.get(name);
  if (task) return task;
  const known = [...tasks.keys()].sort().join(', ');
  throw new EngineError('bad-request', `A demo task must be one of ${known}; got "${name}".`);
}
