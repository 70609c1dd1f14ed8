import type { RunResult } from '../../protocol.ts';
import { percent } from './percent.ts';
import { verdict, type RaceOutcome } from './runs/race/race-words.ts';

/** How a run ended, in a sentence or two. */
export function runEndWords({ bestEpoch, bestValidationAccuracy }: RunResult): string {
  return `The run has ended. Best epoch ${bestEpoch}: validation accuracy ${percent(bestValidationAccuracy)}.`;
}

/** How a race ended; null where it has not. */
export function raceEndWords(race: RaceOutcome): string | null {
  const words = verdict(race);
  return words === null ? null : `The race has ended. ${words}`;
}
