import { useEffect } from 'react';
import type { RaceState } from '../../stores/race.ts';
import { isRunning, type RunState } from '../../stores/run.ts';
import { notify } from '../notifications.ts';
import { useStudio } from '../studio-context.ts';
import { raceEndWords, runEndWords } from './end-words.ts';

/** Tells who looks at something else that a training has ended, if the person wants that. */
export function useNotifications(): void {
  const { run, race, app } = useStudio();
  useEffect(() => {
    const tell = (words: string | null) => {
      if (words === null || !app.getState().notifies) return;
      if (document.visibilityState === 'hidden') notify('SAN Studio', words);
    };
    const stops = [
      // The runs of a race are told together, at its end.
      run.subscribe((state, before) => {
        if (race.getState().phase !== 'racing') tell(runNews(state, before));
      }),
      race.subscribe((state, before) => tell(raceNews(state, before))),
    ];
    return () => stops.forEach((stop) => stop());
  }, [run, race, app]);
}

/** The end of a run that was under way until now; null where nothing ended. */
function runNews({ phase, result, failure }: RunState, before: RunState): string | null {
  if (!isRunning(before.phase)) return null;
  if (phase === 'finished' && result !== null) return runEndWords(result);
  if (phase !== 'failed' || failure === null || failure.code === 'cancelled') return null;
  return `The run did not go on. ${failure.message}`;
}

function raceNews(state: RaceState, before: RaceState): string | null {
  return before.phase === 'racing' ? raceEndWords(state) : null;
}
