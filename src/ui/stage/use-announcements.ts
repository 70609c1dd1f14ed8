import { useEffect } from 'react';
import type { RaceState } from '../../stores/race.ts';
import type { RunState } from '../../stores/run.ts';
import { useStudio } from '../studio-context.ts';
import { percent } from './percent.ts';
import { raceEndWords, runEndWords } from './end-words.ts';

/** Says epoch ends and the ends of runs and races to screen readers; never every step. */
export function useAnnouncements(): void {
  const { run, race, app } = useStudio();
  useEffect(() => {
    const say = (words: string | null) => {
      if (words !== null) app.getState().announce(words);
    };
    const stops = [
      run.subscribe((state, before) => say(announcement(state, before))),
      race.subscribe((state, before) => say(raceAnnouncement(state, before))),
    ];
    return () => stops.forEach((stop) => stop());
  }, [run, race, app]);
}

function announcement(state: RunState, before: RunState): string | null {
  const { result, start, epochs } = state;
  if (state.trial) return null;
  if (before.opening !== null) return openedAnnouncement(state, before);
  if (result !== null && result !== before.result) return runEndWords(result);
  const epoch = epochs.at(-1);
  if (start === null || epoch === undefined || epoch === before.epochs.at(-1)) return null;
  return `Epoch ${epoch.epoch} of ${start.totalEpochs}: validation accuracy ${percent(epoch.validationAccuracy)}.`;
}

/** The epochs of a run that is opened again were said when they ended. */
function openedAnnouncement({ opened, finished }: RunState, before: RunState): string | null {
  if (opened === before.opened) return null;
  const run = finished.find(({ start }) => start.runId === opened);
  return run ? `Run ${run.name} is open.` : null;
}

function raceAnnouncement(state: RaceState, before: RaceState): string | null {
  if (before.phase !== 'racing' || state.phase === 'racing') return null;
  return raceEndWords(state);
}
