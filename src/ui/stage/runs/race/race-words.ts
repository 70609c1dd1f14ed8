/** What a race has shown, in plain words. */
import { countOf } from '../../../../lib/format.ts';
import type { RaceDifference, RacePhase, RaceRow } from '../../../../stores/race.ts';
import { precisePercent } from '../../percent.ts';

export interface RaceOutcome {
  readonly phase: RacePhase;
  readonly rows: readonly RaceRow[];
  readonly winner: string | null;
  readonly leaders: readonly string[];
}

/** One honest sentence or two on who won, if anybody did; null until the race has ended. */
export function verdict(outcome: RaceOutcome): string | null {
  const { phase, rows } = outcome;
  if (phase !== 'finished' && phase !== 'stopped') return null;
  const judged = rows.filter(({ meanAccuracy }) => meanAccuracy !== null).sort(byAccuracy);
  const [best, next] = judged;
  if (!best) return 'No run of this race came to a result, so there is nothing to compare.';
  const stopped = phase === 'stopped' ? 'The race was stopped. Of the runs that ended: ' : '';
  if (!next) return `${stopped}only ${best.label} has a result, so there is nothing to compare.`;
  return stopped + standings(best, next, outcome);
}

function standings(best: RaceRow, next: RaceRow, { rows, winner, leaders }: RaceOutcome): string {
  if (winner === best.method) {
    const lead = next.differenceToBest;
    const words = lead && `: ${leadWords(lead)} ahead of ${next.label}, the next best`;
    return `${best.label} is better than every other method here, by more than chance explains${words ?? ''}.`;
  }
  const others = rows.filter(({ method }) => leaders.includes(method) && method !== best.method);
  if (others.length === 0) return `${best.label} leads, but not every method has had its turn.`;
  const labels = others.sort(byAccuracy).map(({ label }) => label);
  if (best.meanAccuracy === next.meanAccuracy) {
    return `${enumerated([best.label, ...labels])} cannot be told apart. ${MORE}`;
  }
  const verb = others.length === 1 ? 'is' : 'are';
  return `${best.label} leads, but ${enumerated(labels)} ${verb} within what chance explains. ${MORE}`;
}

const MORE = 'More runs per method or more validation images could tell more.';

/** The best first. */
export const byAccuracy = (a: RaceRow, b: RaceRow) => (b.meanAccuracy ?? 0) - (a.meanAccuracy ?? 0);

/** The difference, seen from the leader's side. */
function leadWords({ mean, interval: [low, high] }: RaceDifference): string {
  return `${points(-mean)} (between ${signless(-high)} and ${points(-low)})`;
}

/** Where the method stands; a leader that is not the winner is called what it is. */
export function standingWords(row: RaceRow): string {
  switch (row.standing) {
    case 'winner':
      return 'winner';
    case 'leading':
      return row.differenceToBest === null
        ? 'best on average, not beyond chance'
        : 'cannot be told apart from the best';
    case 'behind':
      return 'behind the best';
    case 'pending':
      return stateWords(row);
    default: {
      const unknown: never = row.standing;
      return unknown;
    }
  }
}

function stateWords({ state, perSeed }: RaceRow): string {
  const done = perSeed.length > 0 ? `, ${countOf(perSeed.length, 'run')} done` : '';
  switch (state) {
    case 'waiting':
      return `waiting${done}`;
    case 'tuning':
      return 'finding its learning rate';
    case 'running':
      return `training${done}`;
    case 'finished':
      return `done, ${countOf(perSeed.length, 'run')}`;
    case 'failed':
      return 'failed';
    case 'stopped':
      return 'stopped';
    default: {
      const unknown: never = state;
      return unknown;
    }
  }
}

/** "−3.2 points": a difference of accuracies in percentage points. */
export function signedPoints(difference: number): string {
  const value = (Math.abs(difference) * 100).toFixed(1);
  const sign = Number(value) === 0 ? '' : difference < 0 ? '−' : '+';
  return `${sign}${value}`;
}

export function points(difference: number): string {
  return `${signless(difference)} points`;
}

function signless(difference: number): string {
  return signedPoints(difference).replace('+', '');
}

/** "90.7 %", or "90.7 % (81 to 96 %)" where the range is known. */
export function accuracyWords({ meanAccuracy, interval }: RaceRow): string | null {
  if (meanAccuracy === null) return null;
  if (interval === null) return precisePercent(meanAccuracy);
  const [low, high] = interval.map((end) => Math.round(end * 100));
  return `${precisePercent(meanAccuracy)} (${low} to ${high} %)`;
}

/** How far behind the best, "5.3 points" and "1.1 to 9.6"; null where nothing is known. */
export function behindWords({ differenceToBest, standing }: RaceRow) {
  if (differenceToBest === null) {
    const leads = standing === 'winner' || standing === 'leading';
    return leads ? { value: 'leads', range: null } : null;
  }
  const { mean, interval } = differenceToBest;
  return {
    value: points(-mean),
    range: `${signless(-interval[1])} to ${signless(-interval[0])}`,
  };
}

/** "a", "a and b", "a, b and c". */
export function enumerated(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
