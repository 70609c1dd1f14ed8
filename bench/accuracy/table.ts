/** What the runs say: a table for every backbone, data set and budget, and a sentence on who leads. */
import { summariseRace } from '../../src/lib/race.ts';
import type { Range } from '../../src/lib/race.ts';
import { markdownTable } from '../markdown.ts';
import type { AccuracyRecord } from './records.ts';

const percent = (share: number): string => (100 * share).toFixed(1);
const range = ([low, high]: Range): string => `${percent(low)} – ${percent(high)}`;
const points = (share: number): string => `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;

/** Markdown: a heading and a table for every backbone, data set and budget, in the order of the records. */
export function accuracyTables(records: readonly AccuracyRecord[]): string {
  const titleOf = ({ model, data, epochs }: AccuracyRecord): string =>
    `${model}, ${data}, ${epochs} epochs`;
  const tables = [...new Set(records.map(titleOf))].map((title) => {
    const group = records.filter((record) => titleOf(record) === title);
    return `### ${title}\n\n${tableOf(group)}`;
  });
  return tables.join('\n\n');
}

function tableOf(records: readonly AccuracyRecord[]): string {
  const { methods, best, winner, leaders } = summariseRace(records);
  const byMean = [...methods].sort((a, b) => b.mean - a.mean);
  const rows = byMean.map(({ method, mean, interval, standardDeviation, accuracies, ...rest }) => {
    const runs = records.filter((record) => record.method === method);
    const difference = rest.differenceToBest;
    return [
      method,
      percent(mean),
      range(interval),
      standardDeviation === null ? '' : percent(standardDeviation),
      accuracies.map(percent).join(' · '),
      difference
        ? `${points(difference.mean)} (${difference.interval.map(points).join(' … ')})`
        : '',
      String(runs[0]?.learningRate ?? ''),
      shareOf(runs[0]),
      average(runs.map(({ seconds }) => seconds)).toFixed(0),
    ];
  });
  return `${markdownTable(HEADS, rows)}\n\n${verdict(best, winner, leaders)}`;
}

const HEADS = [
  'method',
  'accuracy, %',
  '95 % interval',
  'spread over seeds',
  'each seed',
  'to the best',
  'rate',
  'trained share',
  'seconds',
];

function shareOf(record: AccuracyRecord | undefined): string {
  if (!record) return '';
  return `${((100 * record.trainableParameters) / record.totalParameters).toFixed(2)} %`;
}

function verdict(best: string | null, winner: string | null, leaders: readonly string[]): string {
  if (winner !== null) return `${winner} is ahead of every other method beyond chance.`;
  const others = leaders.filter((name) => name !== best);
  if (others.length === 0) return `${best ?? 'No method'} ran alone.`;
  return `${best ?? 'No method'} has the best mean; chance alone may put it before ${others.join(', ')}.`;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
