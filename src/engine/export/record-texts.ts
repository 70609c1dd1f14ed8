/** A run's own files in a bundle. The adapter names their hash, so that they cannot be another run's. */
import { sha256 } from '../../lib/sha256.ts';
import type { ModelFacts } from './contract.ts';

export const RECORD_NAME = 'run.json';
export const SPLIT_NAME = 'split.json';

export interface RecordTexts {
  readonly record: string;
  readonly split: string;
}

/** Null for a model that came without its run. */
export function recordTexts({
  record,
  split,
}: Pick<ModelFacts, 'record' | 'split'>): RecordTexts | null {
  return record && split ? { record: written(record), split: written(split) } : null;
}

/** SHA-256 over both, hex. */
export function recordHash({ record, split }: RecordTexts): Promise<string> {
  return sha256(new TextEncoder().encode(record + split));
}

function written(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
