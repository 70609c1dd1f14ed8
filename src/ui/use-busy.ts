import { isRunning } from '../stores/run.ts';
import { useRace, useRun } from './studio-context.ts';

/** Whether the worker is taken: by a run, or by a race, which also holds it between two runs. */
export function useBusy(): boolean {
  const running = useRun((state) => isRunning(state.phase));
  const racing = useRace((state) => state.phase === 'racing');
  return running || racing;
}
