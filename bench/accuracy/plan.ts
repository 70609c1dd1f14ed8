/** What the accuracy benchmark runs, and how its words are read. */
import { parseBackend } from '../../cli/arguments.ts';
import type { BackendName } from '../../src/protocol.ts';
import { BUNDLED, countOr, namesOf, readWords } from '../words.ts';

const METHODS = ['linear', 'norm', 'bitfit', 'ssf', 'vpt_deep', 'lora', 'full', 'san'];
const DEMOS = ['surface-inspection', 'leaf-shapes', 'woven-fabrics'];
const IMAGES_PER_CLASS = 100;

export interface AccuracyPlan {
  readonly models: readonly string[];
  readonly methods: readonly string[];
  readonly demos: readonly string[];
  /** A folder with `train/` and `validation/`, class folders in each; null for demo tasks alone. */
  readonly photographs: string | null;
  /** At most so many training photographs of a class, the first ones by name. */
  readonly imagesPerClass: number;
  readonly seeds: readonly number[];
  readonly epochs: number;
  readonly backend: BackendName | 'auto';
  /** Where every finished run is kept, a line of JSON each; runs that stand there are not run again. */
  readonly records: string;
}

const usage = `npm run bench -- accuracy [--data DIR] [--models A,B] [--methods A,B] [--demos A,B|none]
  [--seeds N] [--epochs N] [--max-per-class N] [--backend webgpu|wasm] [--records FILE]
DIR holds train/ and validation/, each with class folders.`;

const OPTIONS = [
  'data',
  'models',
  'methods',
  'demos',
  'seeds',
  'epochs',
  'max-per-class',
  'backend',
  'records',
] as const;

/** Throws `UsageError` where the words make no call. */
export function parsePlan(words: readonly string[]): AccuracyPlan {
  const values = readWords(words, OPTIONS, usage);
  const count = (option: (typeof OPTIONS)[number], initial: number): number =>
    countOr(option, values[option], initial);
  return {
    models: namesOf(values.models, BUNDLED),
    methods: namesOf(values.methods, METHODS),
    demos: values.demos === 'none' ? [] : namesOf(values.demos, DEMOS),
    photographs: values.data ?? null,
    imagesPerClass: count('max-per-class', IMAGES_PER_CLASS),
    seeds: Array.from({ length: count('seeds', 3) }, (_, index) => index + 1),
    epochs: count('epochs', 10),
    backend: parseBackend(values.backend),
    records: values.records ?? 'artifacts/bench-accuracy.jsonl',
  };
}
