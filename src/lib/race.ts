/**
 * A race: several methods, each trained with the same seeds and judged by the same images.
 * Its intervals say what other images of the same kind and other training seeds would do
 * to a result. They do not say what other images to train on would, nor another backbone;
 * and an accuracy is that of a run's best epoch, chosen by the very images that judge it,
 * for every method alike.
 */
import { crossedMean } from './crossed.ts';
import { wilsonInterval } from './statistics.ts';

/** Low and high end at 95 %. */
export type Range = readonly [number, number];

/** A run that is still to come. */
export interface PlannedRun {
  readonly key: string;
  readonly method: string;
  readonly seed: number;
}

/** Which validation images a run classified rightly: 1 or 0, in one order for all runs. */
export interface RaceResult {
  readonly method: string;
  readonly seed: number;
  readonly right: ArrayLike<number>;
}

export interface Difference {
  readonly mean: number;
  readonly interval: Range;
}

export interface MethodSummary {
  readonly method: string;
  /** Accuracy of every run, by seed. */
  readonly accuracies: readonly number[];
  readonly mean: number;
  readonly interval: Range;
  /** Of the accuracies, with n − 1; null below two runs. */
  readonly standardDeviation: number | null;
  /** Less the method with the best mean, over the seeds both have; null for that one itself, and where no seed is shared. */
  readonly differenceToBest: Difference | null;
}

export interface RaceSummary {
  /** In the order in which they first came. */
  readonly methods: readonly MethodSummary[];
  /** The method with the best mean; the first of equals. */
  readonly best: string | null;
  /** `best`, where the interval of its lead over every other method leaves 0 out. */
  readonly winner: string | null;
  /** `best` and every method whose difference to it may be none. */
  readonly leaders: readonly string[];
}

/**
 * The runs of a race in their order: every method with the first seed, then every method
 * with the next, so that a race that is stopped early has been fair up to there.
 */
export function planRace(
  methods: readonly string[],
  seeds: number,
  firstSeed: number,
): PlannedRun[] {
  return Array.from({ length: seeds }, (_, index) => firstSeed + index).flatMap((seed) =>
    methods.map((method) => ({ key: `${method} ${seed}`, method, seed })),
  );
}

/**
 * What the finished runs say so far. Naming a winner needs no correction for the number of
 * methods: all its differences must leave 0 out together, which is an intersection–union test
 * (R. L. Berger, Technometrics 24, 1982), so the winner is false in at most 5 % of races where
 * another method is as good.
 */
export function summariseRace(results: readonly RaceResult[]): RaceSummary {
  const names = [...new Set(results.map(({ method }) => method))];
  const of = (method: string): RaceResult[] =>
    results.filter((result) => result.method === method).sort((a, b) => a.seed - b.seed);
  const meanOf = (method: string): number => average(of(method).map(accuracyOf));
  const best = names.reduce<string | null>(
    (first, name) => (first === null || meanOf(name) > meanOf(first) ? name : first),
    null,
  );
  const methods = names.map((method) => {
    const difference =
      best === null || method === best ? null : pairedDifference(of(method), of(best));
    return summariseMethod(method, of(method), difference);
  });
  const behind = methods.filter(({ differenceToBest: d }) => d !== null && d.interval[1] < 0);
  const leaders = methods.filter((entry) => !behind.includes(entry)).map(({ method }) => method);
  const winner = names.length > 1 && leaders.length === 1 ? best : null;
  return { methods, best, winner, leaders };
}

function summariseMethod(
  method: string,
  results: readonly RaceResult[],
  differenceToBest: Difference | null,
): MethodSummary {
  const accuracies = results.map(accuracyOf);
  const mean = average(accuracies);
  const squares = accuracies.reduce((sum, accuracy) => sum + (accuracy - mean) ** 2, 0);
  const standardDeviation =
    accuracies.length > 1 ? Math.sqrt(squares / (accuracies.length - 1)) : null;
  const interval = accuracyInterval(results.map(({ right }) => right));
  return { method, accuracies, mean, interval, standardDeviation, differenceToBest };
}

/**
 * Interval of a mean accuracy: Wilson's, for as many independent images as would vary like
 * this mean does (the effective sample size of survey statistics; L. Kish, 1965).
 */
export function accuracyInterval(right: readonly ArrayLike<number>[]): Range {
  const images = right[0]?.length ?? 0;
  if (images < 2) return [0, 1];
  const { mean, variance, t } = crossedMean(right);
  const varies = variance > 0 && mean > 0 && mean < 1;
  const trials = varies ? Math.min((mean * (1 - mean)) / variance, images * right.length) : images;
  const { low, high } = wilsonInterval(mean * trials, trials, t);
  return [low, high];
}

/**
 * Accuracy of `a` less that of `b`, image by image and seed by seed, over the seeds both have;
 * null where there are none. The interval is taken as if each of the two had been right about
 * one more image that the other had not (D. G. Bonett, R. M. Price, Stat. Methods Med. Res. 21,
 * 2012), which keeps it honest for few images and equal results.
 * @throws Error where runs were not judged by equally many images.
 */
export function pairedDifference(
  a: readonly RaceResult[],
  b: readonly RaceResult[],
): Difference | null {
  const pairs = a.flatMap((one) => {
    const other = b.find(({ seed }) => seed === one.seed);
    return other ? [differences(one.right, other.right)] : [];
  });
  if (pairs.length === 0) return null;
  const mean = average(pairs.map(average));
  const padded = crossedMean(pairs.map((row) => [...row, 1, -1]));
  const reach = padded.t * Math.sqrt(padded.variance);
  const low = Math.max(-1, Math.min(mean, padded.mean - reach));
  const high = Math.min(1, Math.max(mean, padded.mean + reach));
  return { mean, interval: [low, high] };
}

function differences(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  if (a.length !== b.length) {
    throw new Error(`Runs must be judged by the same images; got ${a.length} and ${b.length}.`);
  }
  return Array.from(a, (value, index) => value - (b[index] ?? 0));
}

const accuracyOf = ({ right }: RaceResult): number => average(Array.from(right));

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
