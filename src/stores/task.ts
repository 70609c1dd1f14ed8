import type { Progress } from '../client/trainer-client.ts';

/** Work in the worker that the person waits for and may cancel. */
export interface Task {
  readonly label: string;
  readonly progress: Progress | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly cancel: () => void;
}

/** A task at its start, and the request options that belong to it. */
export function startTask(label: string, report: (task: Task) => void) {
  const controller = new AbortController();
  const task: Task = {
    label,
    progress: null,
    startedAt: Date.now(),
    cancel: () => controller.abort(),
  };
  const onProgress = (progress: Progress) => report({ ...task, progress });
  return { task, options: { onProgress, signal: controller.signal } };
}
