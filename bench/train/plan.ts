/** What the speed benchmark runs, and how its words are read. */
import { parseBackend } from '../../cli/arguments.ts';
import { UsageError } from '../../cli/usage.ts';
import type { BackendName } from '../../src/protocol.ts';
import { BUNDLED, countOr, namesOf, readWords } from '../words.ts';

const METHODS = ['san', 'linear', 'lora', 'full'];
const BATCH = 16;
const STEPS = 4;
const ROUNDS = 3;

export interface TrainPlan {
  readonly models: readonly string[];
  readonly methods: readonly string[];
  readonly backend: BackendName | 'auto';
  readonly batch: number;
  /** Steps of one measurement; three more are taken before it and not counted. */
  readonly steps: number;
  /** Measurements of either side, in turns. */
  readonly rounds: number;
  /** Our side computes its blocks a second time instead of remembering them. */
  readonly recomputes: boolean;
  /** Our side keeps frozen weights in half precision. */
  readonly halves: boolean;
  /** Our side multiplies in half precision where the chip can. */
  readonly mixed: boolean;
  /** Where the measurements are kept, as JSON. */
  readonly records: string;
}

const OPTIONS = [
  'models',
  'methods',
  'backend',
  'batch',
  'steps',
  'rounds',
  'memory',
  'weights',
  'precision',
  'records',
] as const;

const usage = `npm run bench -- train [--models A,B] [--methods A,B] [--backend webgpu|wasm]
  [--batch N] [--steps N] [--rounds N] [--memory keep|recompute]
  [--weights single|half] [--precision single|mixed] [--records FILE]`;

/** Throws `UsageError` where the words make no call. */
export function parsePlan(words: readonly string[]): TrainPlan {
  const values = readWords(words, OPTIONS, usage);
  return {
    models: namesOf(values.models, BUNDLED),
    methods: namesOf(values.methods, METHODS),
    backend: parseBackend(values.backend),
    batch: countOr('batch', values.batch, BATCH),
    steps: countOr('steps', values.steps, STEPS),
    rounds: countOr('rounds', values.rounds, ROUNDS),
    recomputes: choice('memory', values.memory, ['keep', 'recompute']) === 'recompute',
    halves: choice('weights', values.weights, ['single', 'half']) === 'half',
    mixed: choice('precision', values.precision, ['single', 'mixed']) === 'mixed',
    records: values.records ?? 'artifacts/bench-train.json',
  };
}

function choice(name: string, word: string | undefined, words: readonly string[]): string {
  const [usual = ''] = words;
  const chosen = word ?? usual;
  if (words.includes(chosen)) return chosen;
  throw new UsageError(`--${name} must be ${words.join(' or ')}; got "${chosen}".\n${usage}`);
}
