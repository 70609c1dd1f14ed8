/** Progress and tables go to standard error and standard output respectively, so that `--json` stays clean. */
import type { RaceEntry } from '../src/client/race-rows.ts';
import type { DriverNews } from './driver-api.ts';

/** One line on standard error. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** One line on standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The rows under their heads, columns padded to one width. */
export function formatTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [heads, ...rows].map(line).join('\n');
}

export function formatPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** What a person wants to read while it runs, or null for news that is not worth a line. */
export function describeNews(news: DriverNews): string | null {
  switch (news.type) {
    case 'start': {
      const { trainImages, validationImages, trainableParameters, totalParameters } = news.start;
      return `${trainImages} training and ${validationImages} validation images; ${trainableParameters} of ${totalParameters} parameters train.`;
    }
    case 'epoch': {
      const { epoch, trainLoss, validationLoss, validationAccuracy, seconds } = news.epoch;
      return `epoch ${epoch}: training loss ${trainLoss.toFixed(4)}, validation loss ${validationLoss.toFixed(4)}, accuracy ${formatPercent(validationAccuracy)}, ${seconds.toFixed(1)} s`;
    }
    case 'progress':
      return news.total > 0 && news.done === news.total && news.note !== '' ? news.note : null;
    case 'race-rate': {
      const { method, learningRate, accuracy } = news.record;
      const found = accuracy === null ? 'failed' : `accuracy ${formatPercent(accuracy)}`;
      return `${method} at the rate ${learningRate}: ${found}`;
    }
    case 'race-run':
      return describeRun(news.entry, news.place, news.of);
    case 'status':
      return null;
    default:
      return news satisfies never;
  }
}

function describeRun(entry: RaceEntry, place: number, of: number): string | null {
  const { method, seed, state, learningRate, failure } = entry;
  const name = `run ${place} of ${of}: ${method}, seed ${seed}`;
  if (state === 'running') return `${name}, rate ${learningRate ?? 'unknown'}`;
  return failure ? `${name} failed: ${failure.message}` : null;
}
