import { useEffect } from 'react';
import type { RunState } from '../../stores/run.ts';
import { useStudio } from '../studio-context.ts';
import { percent } from './percent.ts';

/** Says epoch ends and the end of the run to screen readers; never every step. */
export function useAnnouncements(): void {
  const { run, app } = useStudio();
  useEffect(
    () =>
      run.subscribe((state, before) => {
        const words = announcement(state, before);
        if (words !== null) app.getState().announce(words);
      }),
    [run, app],
  );
}

function announcement(state: RunState, before: RunState): string | null {
  const { result, start, epochs } = state;
  if (before.opening !== null) return null; // what is opened again has been said
  if (result !== null && result !== before.result) {
    return `The run has ended. Best epoch ${result.bestEpoch}: validation accuracy ${percent(result.bestValidationAccuracy)}.`;
  }
  const epoch = epochs.at(-1);
  if (start === null || epoch === undefined || epoch === before.epochs.at(-1)) return null;
  return `Epoch ${epoch.epoch} of ${start.totalEpochs}: validation accuracy ${percent(epoch.validationAccuracy)}.`;
}
