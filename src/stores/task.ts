import type { Progress } from '../client/trainer-client.ts';

/** Work in the worker that the person waits for and may cancel. */
export interface Task {
  readonly label: string;
  readonly progress: Progress | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly cancel: () => void;
}

/** Request options of a task. */
export interface TaskOptions {
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** Milliseconds; a fast task reports more often than anybody can read. */
const REPORT_INTERVAL = 100;

/** A task at its start, and the request options that belong to it. */
export function startTask(
  label: string,
  report: (task: Task) => void,
): { readonly task: Task; readonly options: TaskOptions } {
  const controller = new AbortController();
  const task: Task = {
    label,
    progress: null,
    startedAt: Date.now(),
    cancel: () => controller.abort(),
  };
  let shownAt = 0;
  const onProgress = (progress: Progress) => {
    const now = Date.now();
    if (now - shownAt < REPORT_INTERVAL && progress.done < progress.total) return;
    shownAt = now;
    report({ ...task, progress });
  };
  return { task, options: { onProgress, signal: controller.signal } };
}
