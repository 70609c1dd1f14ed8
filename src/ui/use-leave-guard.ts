import { useEffect } from 'react';
import { isRunning } from '../stores/run.ts';
import { useProject, useRun } from './studio-context.ts';

/** Lets the browser ask before the page is closed or reloaded while a training would end by it. */
export function useLeaveGuard(): void {
  const running = useRun((state) => isRunning(state.phase));
  const leaving = useProject((state) => state.leaving);
  const guarded = running && !leaving;
  useEffect(() => {
    if (!guarded) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [guarded]);
}
