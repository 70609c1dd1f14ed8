import type { RaceRow } from '../../../../stores/race.ts';
import { csvText } from '../../../charts/epoch-series.ts';
import { standingWords } from './race-words.ts';

type Column = readonly [name: string, value: (row: RaceRow) => number | string | null];

/** Shares and differences in [0, 1], times in seconds, sizes in bytes. */
const COLUMNS: readonly Column[] = [
  ['method', (row) => csvText(row.label)],
  ['standing', (row) => csvText(standingWords(row))],
  ['mean_accuracy', (row) => row.meanAccuracy],
  ['accuracy_low_95', (row) => row.interval?.[0] ?? null],
  ['accuracy_high_95', (row) => row.interval?.[1] ?? null],
  ['accuracies_by_seed', (row) => csvText(row.perSeed.join(' '))],
  ['standard_deviation', (row) => row.standardDeviation],
  ['difference_to_best', (row) => row.differenceToBest?.mean ?? null],
  ['difference_low_95', (row) => row.differenceToBest?.interval[0] ?? null],
  ['difference_high_95', (row) => row.differenceToBest?.interval[1] ?? null],
  ['seconds_per_run', (row) => row.seconds],
  ['images_per_second', (row) => row.imagesPerSecond],
  ['trainable_parameters', (row) => row.trainableParameters],
  ['trainable_share', (row) => row.trainableShare],
  ['adapter_bytes', (row) => row.adapterBytes],
  ['extra_cost_share', (row) => row.extraCost],
  ['learning_rate', (row) => row.learningRate],
];

/** The table of a race with every digit; what is not known is left empty. */
export function raceCsv(rows: readonly RaceRow[]): string {
  const lines = rows.map((row) => COLUMNS.map(([, value]) => value(row) ?? '').join(','));
  return [COLUMNS.map(([name]) => name).join(','), ...lines, ''].join('\n');
}
