/** What the speed benchmark found, as a table. */
import { quantiles } from '../../src/lib/statistics.ts';
import type { StepsMeasured } from '../../src/protocol.ts';
import { markdownTable } from '../markdown.ts';

/** Measurements of both sides, taken in turns. */
export interface Speed {
  readonly model: string;
  readonly method: string;
  readonly device: string;
  readonly batch: number;
  readonly date: string;
  readonly own: readonly StepsMeasured[];
  readonly stock: readonly StepsMeasured[];
}

const heads = [
  'backbone',
  'method',
  'ours, images/s',
  'stock, images/s',
  'ours : stock',
  'GFLOP/s',
  'of the best product',
  'dispatches',
  'JavaScript, ms',
  'peak, MB',
  'first step, s',
];

/**
 * Markdown: a row for every backbone and method. Images a second as medians of all steps, with the
 * slowest and the fastest; the rest as ours : stock's, medians of a step. GFLOP/s are those of
 * products and attention, and the share is ours of the fastest large product the device gave.
 */
export function speedTable(speeds: readonly Speed[]): string {
  const rows = speeds.map(({ model, method, batch, own, stock }) => {
    const [ours, theirs] = [own, stock].map((side) => rates(side, batch)) as [number[], number[]];
    // Both sides do the same work, of which only our kernels keep count.
    const [flops, best] = [median(own.map((each) => each.flops)) / 1e9, bestOf([...own, ...stock])];
    const rate = (images: number[]): number => (median(images) / batch) * flops;
    const both = (value: (side: readonly StepsMeasured[]) => string): string =>
      `${value(own)} : ${value(stock)}`;
    return [
      model,
      method,
      withSpread(ours),
      withSpread(theirs),
      (median(ours) / median(theirs)).toFixed(1),
      `${rate(ours).toFixed(1)} : ${rate(theirs).toFixed(1)}`,
      `${((100 * rate(ours)) / best).toFixed(0)} %`,
      both((side) => orNone(median(side.map(({ dispatches }) => dispatches)), 0)),
      both((side) => median(side.flatMap(({ submitMs }) => submitMs)).toFixed(1)),
      both((side) => orNone(median(side.map(({ peakBytes }) => peakBytes)) / 1e6, 0)),
      both((side) => ((side[0]?.firstStepMs ?? Number.NaN) / 1000).toFixed(1)),
    ];
  });
  const devices = [...new Set(speeds.map(({ device }) => device))].join(', ');
  return `${devices}\n\n${markdownTable(heads, rows)}`;
}

/** GFLOP/s of the fastest large product that either side got. */
function bestOf(measured: readonly StepsMeasured[]): number {
  return Math.max(...measured.map(({ bestFlopsPerSecond }) => bestFlopsPerSecond)) / 1e9;
}

function rates(side: readonly StepsMeasured[], batch: number): number[] {
  return side.flatMap(({ stepMs }) => stepMs.map((ms) => (1000 * batch) / ms));
}

function withSpread(values: readonly number[]): string {
  const [low = '', middle = '', high = ''] = quantiles(values, [0, 0.5, 1]).map((value) =>
    value.toFixed(value < 10 ? 2 : 1),
  );
  return `${middle} (${low} – ${high})`;
}

function orNone(value: number, digits: number): string {
  return value > 0 ? value.toFixed(digits) : '–';
}

function median(values: readonly number[]): number {
  const [middle = Number.NaN] = quantiles(values, [0.5]);
  return middle;
}
