/** What a project keeps of a race, and the race that a later page makes of it and of its runs. */
import { raceOutcome, type RaceEntry } from '../client/race-rows.ts';
import type { KeptRace } from '../projects/records.ts';
import { findMethod, type CatalogState } from './catalog.ts';
import type { RaceState } from './race.ts';
import { judgedAlike, type FinishedRun } from './runs.ts';

/** Null where there was none. Its table follows from its runs, which are kept anyway. */
export function raceToKeep({ phase, entries, tuning, failure }: RaceState): KeptRace | null {
  return phase === 'idle' ? null : { phase, entries, tuning, failure };
}

type RestoredRace = Pick<
  RaceState,
  'phase' | 'entries' | 'tuning' | 'failure' | 'rows' | 'winner' | 'leaders'
>;

/** The race as it ended, or as far as it had come; null where none of its runs is left. */
export function restoredRace(
  kept: KeptRace,
  finished: readonly FinishedRun[],
  catalog: CatalogState,
): RestoredRace | null {
  const entries = kept.entries.map(ended);
  const found = entries.flatMap(({ key, runId }) => {
    const run = finished.find(({ start }) => start.runId === runId);
    return run ? [{ key, run }] : [];
  });
  const [first] = found;
  if (!first) return null;
  const runs = found.filter(({ run }) => run === first.run || judgedAlike(first.run, run));
  const names = [...new Set(entries.map(({ method }) => method))];
  const methods = names.flatMap((name) => findMethod(catalog, name) ?? []);
  return {
    ...raceOutcome(methods, entries, new Map(runs.map(({ key, run }) => [key, run])), true),
    ...(kept.phase === 'racing' ? INTERRUPTED : { phase: kept.phase, failure: kept.failure }),
    ...{ entries, tuning: kept.tuning },
  };
}

const INTERRUPTED = {
  phase: 'stopped',
  failure: {
    code: 'cancelled',
    message:
      'The page was closed or reloaded during the race. Its runs that had ended count. One that was under way can go on, but does not count: start another race to compare all methods.',
  },
} as const;

const OVER: ReadonlySet<RaceEntry['state']> = new Set(['finished', 'failed', 'stopped']);

function ended(entry: RaceEntry): RaceEntry {
  return OVER.has(entry.state) ? entry : { ...entry, state: 'stopped' };
}
