import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import type { BackendName } from '../src/protocol.ts';
import { UsageError } from './usage.ts';

interface CommonCall {
  readonly backend: BackendName | 'auto';
  readonly json: boolean;
}

/** Where validation images come from: a folder of class folders, or a share split off the data. */
export type Validation =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'share'; readonly share: number };

/** What every call that trains says. */
export interface TrainingCall extends CommonCall {
  readonly data: string;
  readonly model: string;
  /** Settings by the name of their field, as written. */
  readonly settings: ReadonlyMap<string, string>;
  /** Null leaves the share to the training setting's own default. */
  readonly validation: Validation | null;
  readonly maxPerClass: number;
}

export interface FinetuneCall extends TrainingCall {
  readonly command: 'finetune';
  readonly method: string;
  readonly out: string | null;
}

export interface CompareCall extends TrainingCall {
  readonly command: 'compare';
  readonly methods: readonly string[];
  readonly seeds: number;
  readonly tune: boolean;
}

export interface PredictCall extends CommonCall {
  readonly command: 'predict';
  readonly data: string;
  readonly model: string;
  readonly adapter: string | null;
}

export interface CheckGoldensCall extends CommonCall {
  readonly command: 'check-goldens';
  readonly folder: string;
  readonly methods: readonly string[] | null;
}

export interface HelpCall {
  readonly command: 'help';
}

export interface ExportCall extends CommonCall {
  readonly command: 'export';
  /** Folder that `finetune --out` wrote. */
  readonly run: string;
  readonly format: string;
  readonly out: string;
  /** The backbone, where the adapter came from a file of one's own. */
  readonly model: string | null;
  /** Images to try the written files on. */
  readonly data: string | null;
}

export type Call =
  FinetuneCall | CompareCall | PredictCall | ExportCall | CheckGoldensCall | HelpCall;

const common = { backend: { type: 'string' }, json: { type: 'boolean' } } as const;

const trainingOptions = {
  ...common,
  data: { type: 'string' },
  model: { type: 'string' },
  epochs: { type: 'string' },
  batch: { type: 'string' },
  lr: { type: 'string' },
  seed: { type: 'string' },
  set: { type: 'string', multiple: true },
  val: { type: 'string' },
  'max-per-class': { type: 'string' },
} as const;

/** Options that name a training setting, and the field each one sets. */
const namedSettings = {
  epochs: 'epochs',
  batch: 'batchSize',
  lr: 'learningRate',
  seed: 'seed',
} as const;

/** Reads the words after `san`. Throws `UsageError` where they make no call. */
export function parseCall(words: readonly string[]): Call {
  const [command, ...rest] = words;
  if (command === undefined) throw new UsageError('A command is needed.');
  if (command === 'help' || command === '--help' || command === '-h') return { command: 'help' };
  switch (command) {
    case 'finetune':
      return parseFinetune(rest);
    case 'compare':
      return parseCompare(rest);
    case 'predict':
      return parsePredict(rest);
    case 'export':
      return parseExport(rest);
    case 'check-goldens':
      return parseCheckGoldens(rest);
    default:
      throw new UsageError(
        `The command must be finetune, compare, predict, export or check-goldens; got "${command}".`,
      );
  }
}

function parseFinetune(words: readonly string[]): FinetuneCall {
  const { values } = read(words, {
    ...trainingOptions,
    method: { type: 'string', default: 'san' },
    out: { type: 'string' },
  });
  const { method, out = null } = values;
  return { command: 'finetune', ...parseTraining(values), method, out };
}

function parseCompare(words: readonly string[]): CompareCall {
  const { values } = read(words, {
    ...trainingOptions,
    methods: { type: 'string' },
    seeds: { type: 'string', default: '3' },
    tune: { type: 'boolean', default: false },
  });
  const { tune } = values;
  if (tune && values.lr !== undefined) {
    throw new UsageError(
      '--tune looks for the learning rates that --lr would set; give one of them.',
    );
  }
  const methods = required('--methods', values.methods).split(',');
  if (methods.length < 2 || new Set(methods).size < methods.length) {
    throw new UsageError(`--methods takes at least two, each once; got "${methods.join(',')}".`);
  }
  const seeds = parseCount('--seeds', values.seeds, 5);
  return { command: 'compare', ...parseTraining(values), methods, seeds, tune };
}

function parseTraining(
  values: {
    [name in Exclude<keyof typeof trainingOptions, 'json' | 'set'>]?: string | undefined;
  } & { set?: string[] | undefined; json?: boolean | undefined },
): TrainingCall {
  const settings = new Map<string, string>();
  for (const option of ['epochs', 'batch', 'lr', 'seed'] as const) {
    const text = values[option];
    if (text !== undefined) settings.set(namedSettings[option], text);
  }
  for (const assignment of values.set ?? []) settings.set(...parseAssignment(assignment));
  const maxPerClass = values['max-per-class'];
  return {
    ...parseCommon(values),
    data: required('--data', values.data),
    model: required('--model', values.model),
    settings,
    validation: values.val === undefined ? null : parseValidation(values.val),
    maxPerClass: maxPerClass === undefined ? Infinity : parseCount('--max-per-class', maxPerClass),
  };
}

function parsePredict(words: readonly string[]): PredictCall {
  const { values } = read(words, {
    ...common,
    data: { type: 'string' },
    model: { type: 'string' },
    adapter: { type: 'string' },
  });
  return {
    command: 'predict',
    ...parseCommon(values),
    data: required('--data', values.data),
    model: required('--model', values.model),
    adapter: values.adapter ?? null,
  };
}

function parseExport(words: readonly string[]): ExportCall {
  const { values } = read(words, {
    ...common,
    run: { type: 'string' },
    format: { type: 'string' },
    out: { type: 'string' },
    model: { type: 'string' },
    data: { type: 'string' },
  });
  return {
    command: 'export',
    ...parseCommon(values),
    run: required('--run', values.run),
    format: required('--format', values.format),
    out: required('--out', values.out),
    model: values.model ?? null,
    data: values.data ?? null,
  };
}

function parseCheckGoldens(words: readonly string[]): CheckGoldensCall {
  const { values, positionals } = read(words, { ...common, methods: { type: 'string' } }, true);
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) {
    throw new UsageError(`check-goldens takes one folder; got ${positionals.length}.`);
  }
  const methods = values.methods?.split(',').filter((name) => name !== '') ?? null;
  if (methods?.length === 0) throw new UsageError('--methods needs at least one name.');
  return { command: 'check-goldens', ...parseCommon(values), folder, methods };
}

type Options = NonNullable<ParseArgsConfig['options']>;

function read<T extends Options>(words: readonly string[], options: T, allowPositionals = false) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parseCommon(values: {
  backend?: string | undefined;
  json?: boolean | undefined;
}): CommonCall {
  return { backend: parseBackend(values.backend), json: values.json ?? false };
}

/** Without a word the page chooses. Throws `UsageError` where there is no such backend. */
export function parseBackend(text = 'auto'): BackendName | 'auto' {
  if (text === 'webgpu' || text === 'wasm' || text === 'auto') return text;
  throw new UsageError(`--backend must be webgpu or wasm; got "${text}".`);
}

function required(option: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new UsageError(`${option} is needed.`);
  return value;
}

function parseAssignment(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--set takes NAME=VALUE; got "${text}".`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function parseValidation(text: string): Validation {
  const share = Number(text);
  if (text.trim() === '' || Number.isNaN(share)) return { kind: 'folder', folder: text };
  if (share > 0 && share < 1) return { kind: 'share', share };
  throw new UsageError(`--val must be a folder or a share between 0 and 1; got "${text}".`);
}

/** Throws `UsageError` where an option's text is no whole number from 1 to `most`. */
export function parseCount(option: string, text: string, most = Infinity): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  const end = most === Infinity ? '' : ` to ${most}`;
  throw new UsageError(`${option} must be a whole number from 1${end}; got "${text}".`);
}
