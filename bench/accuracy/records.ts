/** The finished runs of the accuracy benchmark, kept so that it can be stopped and gone on with. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface AccuracyRecord {
  /** Backbone, data, method, seed and budget: what makes two runs the same. */
  readonly key: string;
  readonly model: string;
  readonly data: string;
  readonly method: string;
  readonly seed: number;
  readonly epochs: number;
  readonly learningRate: number;
  /** Which validation images the best epoch's weights classify rightly, 1 or 0, in one order for all runs. */
  readonly right: readonly number[];
  readonly bestEpoch: number;
  readonly trainImages: number;
  readonly trainableParameters: number;
  readonly totalParameters: number;
  readonly seconds: number;
  readonly imagesPerSecond: number;
  readonly device: string;
  readonly date: string;
}

/** The records of a file, oldest first; none where there is no such file. */
export function readRecords(path: string): readonly AccuracyRecord[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // Written by `addRecord` alone; a line that is no JSON throws and names the place.
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AccuracyRecord);
}

export function addRecord(path: string, record: AccuracyRecord): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${JSON.stringify(record)}\n`);
}
