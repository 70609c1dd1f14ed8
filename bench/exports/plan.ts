/** What the exports benchmark takes home, and how its words are read. */
import { UsageError } from '../../cli/usage.ts';
import { BUNDLED, countOr, namesOf, readWords } from '../words.ts';

export interface ExportsPlan {
  /** Bundled backbones, or weights files. */
  readonly models: readonly string[];
  /** A folder with `train/` and `validation/`, class folders in each. */
  readonly data: string;
  /** Training photographs of a class, the first ones by name. */
  readonly imagesPerClass: number;
  /** Photographs of a class that every program is asked about. */
  readonly askedPerClass: number;
  readonly epochs: number;
  /** Where the exported folders are left. */
  readonly out: string;
  readonly records: string;
}

const usage = `npm run bench -- exports --data DIR [--models NAME|FILE,…] [--max-per-class N] [--asked N]
  [--epochs N] [--out DIR] [--records FILE]
DIR holds train/ and validation/, each with class folders.`;

const OPTIONS = ['data', 'models', 'max-per-class', 'asked', 'epochs', 'out', 'records'] as const;

/** Throws `UsageError` where the words make no call. */
export function parsePlan(words: readonly string[]): ExportsPlan {
  const values = readWords(words, OPTIONS, usage);
  if (values.data === undefined) throw new UsageError(`--data is needed.\n${usage}`);
  return {
    models: namesOf(values.models, BUNDLED),
    data: values.data,
    imagesPerClass: countOr('max-per-class', values['max-per-class'], 4),
    askedPerClass: countOr('asked', values.asked, 2),
    epochs: countOr('epochs', values.epochs, 2),
    out: values.out ?? 'artifacts/exports',
    records: values.records ?? 'artifacts/bench-exports.json',
  };
}
