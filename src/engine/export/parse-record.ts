/** run.json and split.json of a bundle, checked: such a file may come from anybody. */
import {
  anyOf,
  count,
  fields,
  flag,
  listOf,
  mapOf,
  nullOr,
  number,
  oneOf,
  share,
  text,
  wrongField,
  type Shape,
} from '../../lib/json-shape.ts';
import { EngineError } from '../errors.ts';
import type { Adapter } from './contract.ts';
import { RECORD_NAME, SPLIT_NAME, type RecordTexts } from './record-texts.ts';
import type { RunRecord } from './run-record.ts';
import type { SplitRecord } from './split-record.ts';

/** What came with a model of the run that trained it. */
export interface RecordedRun {
  readonly record: RunRecord;
  readonly split: SplitRecord;
}

const form = mapOf(anyOf(text, number, flag));
const modes = fields({ both: share, neuron: share, synapse: share, head: share });
const step = fields({
  ...{ step: count, loss: number, accuracy: share, learningRate: number, gradientNorm: number },
});
const epoch = fields({
  ...{ epoch: count, step: count, trainLoss: number, trainAccuracy: share },
  ...{ validationLoss: number, validationAccuracy: share, seconds: number, best: flag },
  modes: nullOr(modes),
});
const memory = fields({
  largestTensor: number,
  allTensors: nullOr(number),
  system: nullOr(number),
});
const device = fields({
  ...{ backend: oneOf('webgpu', 'wasm'), adapter: text, software: flag, f16: flag },
  ...{ subgroups: flag, threads: count, memory, fallbackReason: nullOr(text) },
});
const evaluation = fields({
  ...{ mode: oneOf('both', 'neuron', 'synapse', 'head'), strength: number, images: count },
  ...{ loss: number, accuracy: share, confusion: listOf(listOf(count)) },
});

const RECORD: Readonly<Record<keyof RunRecord, Shape>> = {
  date: text,
  versions: mapOf(text),
  device,
  backbone: fields({ name: text, label: text, family: text, hash: text, origin: mapOf(text) }),
  method: text,
  methodOptions: form,
  training: form,
  seed: number,
  classes: listOf(fields({ name: text, trainImages: count, validationImages: count })),
  trainableParameters: count,
  totalParameters: count,
  steps: listOf(step),
  epochs: listOf(epoch),
  end: oneOf('completed', 'stopped', 'early-stopped'),
  bestEpoch: count,
  bestValidationAccuracy: share,
  modes: nullOr(modes),
  evaluation,
  seconds: number,
  imagesPerSecond: number,
};

const images = listOf(fields({ path: text, class: text, sha256: nullOr(text) }));
const SPLIT: Readonly<Record<keyof SplitRecord, Shape>> = { train: images, validation: images };

/** @throws EngineError "bad-file" where they are damaged, or another model's. */
export function parseRecord(texts: RecordTexts, adapter: Adapter): RecordedRun {
  const record = parse<RunRecord>(texts.record, RECORD_NAME, RECORD);
  const split = parse<SplitRecord>(texts.split, SPLIT_NAME, SPLIT);
  const { confusion } = record.evaluation;
  const names = record.classes.map(({ name }) => name);
  const known = new Set(names);
  const fits =
    record.method === adapter.method &&
    record.backbone.hash === adapter.backbone.hash &&
    JSON.stringify(names) === JSON.stringify(adapter.classes) &&
    [confusion, ...confusion].every((list) => list.length === names.length) &&
    [...split.train, ...split.validation].every((image) => known.has(image.class));
  if (fits) return { record, split };
  throw new EngineError(
    'bad-file',
    `Its ${RECORD_NAME} and ${SPLIT_NAME} must be of the run that left the adapter; they are another’s.`,
  );
}

function parse<T>(
  json: string,
  name: string,
  shapes: Readonly<Record<keyof T & string, Shape>>,
): T {
  const value = parsed(json);
  const wrong = wrongField(value, shapes);
  // Every field that is relied on was looked at.
  if (wrong === null) return value as T;
  throw new EngineError('bad-file', `Its ${name} is damaged: “${wrong}” cannot be used.`);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
