import { useEffect } from 'react';
import { isRunning } from '../stores/run.ts';
import type { RunStage } from '../stores/run.ts';
import { useRun } from './studio-context.ts';

const NAME = 'SAN Studio';

/** Says in the tab how far training is, for who looks at another one. */
export function usePageTitle(): void {
  const title = useRun(({ phase, status }) => titleOf(phase, status?.step, status?.totalSteps));
  useEffect(() => {
    document.title = title;
    return () => {
      document.title = NAME;
    };
  }, [title]);
}

/** "42 % · SAN Studio"; how it ended stays until the next run. */
export function titleOf(phase: RunStage, step = 0, totalSteps = 0): string {
  const share = totalSteps > 0 ? `${Math.floor((100 * step) / totalSteps)} %` : '';
  if (phase === 'finished' && share) return `Done · ${NAME}`;
  if (phase === 'failed') return `Stopped · ${NAME}`;
  if (!isRunning(phase)) return NAME;
  const words = phase === 'paused' ? `Paused at ${share}` : share || 'Preparing';
  return `${words} · ${NAME}`;
}
