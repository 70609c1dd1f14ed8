/**
 * What a finished run learned, as one file: the trained tensors of its best epoch and of those
 * kept for looking back, and in the metadata whatever else brings the run back.
 */
import {
  parseSafetensors,
  writeSafetensors,
  type StateDict,
  type TensorData,
} from '../lib/safetensors.ts';
import type { FormValues } from '../protocol.ts';
import type { PixelStore } from './data/load-batch.ts';
import type { Sample } from './data/split.ts';
import { EngineError } from './errors.ts';
import type { RunRecord } from './export/run-record.ts';
import type { SplitRecord } from './export/split-record.ts';
import type { LoadedBackbone } from './loaded-backbone.ts';
import { methodNamed } from './peft/registry.ts';
import { imageLoader } from './train/feed.ts';
import { TrainedRun, type TrainedRunParts } from './trained-run.ts';

/** Where the best weights are none of a kept epoch's. */
const APART = 0;

interface RunDescription {
  readonly method: string;
  readonly options: FormValues;
  readonly classes: readonly string[];
  readonly validation: readonly Sample[];
  readonly batchSize: number;
  /** The epoch whose tensors are the best; 0 where they stand apart. */
  readonly best: number;
  readonly record: RunRecord;
  readonly split: SplitRecord;
}

export function writeRunFile(parts: TrainedRunParts): Uint8Array<ArrayBuffer> {
  const { method, options, classes, validation, batchSize, best, snapshots, record, split } = parts;
  const bestEpoch = [...snapshots].find(([, state]) => state === best)?.[0] ?? APART;
  const states = bestEpoch === APART ? new Map([...snapshots, [APART, best]]) : snapshots;
  const tensors = [...states].flatMap(([epoch, state]) =>
    [...state].map(([name, tensor]) => [`${epoch}/${name}`, tensor] as const),
  );
  const description: RunDescription = {
    ...{ method: method.info.name, options, classes, validation, batchSize },
    ...{ best: bestEpoch, record, split },
  };
  return writeSafetensors(new Map(tensors), { run: JSON.stringify(description) });
}

/** Hash of the backbone that a run file's tensors belong to. @throws EngineError "bad-file" */
export function backboneOfRunFile(bytes: Uint8Array): string {
  return describe(parseSafetensors(bytes).metadata).record.backbone.hash;
}

/**
 * The run again, on its backbone and the project's images.
 * @throws EngineError "bad-file" where it is no such file, "mismatch" on another backbone
 */
export function readRunFile(
  bytes: Uint8Array,
  id: number,
  loaded: LoadedBackbone,
  store: PixelStore,
): TrainedRun {
  const { tensors, metadata } = parseSafetensors(bytes);
  const { method, options, classes, validation, batchSize, best, record, split } =
    describe(metadata);
  if (record.backbone.hash !== loaded.info.hash) {
    throw new EngineError(
      'mismatch',
      `This run was trained on the backbone “${record.backbone.name}”, which is not at hand any more. Open that backbone, then the run again.`,
    );
  }
  const states = statesOf(tensors);
  const bestState = states.get(best);
  if (!bestState) throw damaged();
  return new TrainedRun({
    ...{ id, loaded, options, classes, validation, batchSize, record, split },
    method: methodNamed(method),
    loadEvaluation: imageLoader(store, loaded.info.preprocessing),
    best: bestState,
    snapshots: new Map([...states].filter(([epoch]) => epoch !== APART)),
  });
}

function describe(metadata: Readonly<Record<string, string>>): RunDescription {
  const text = metadata['run'];
  if (text === undefined) throw damaged();
  // Written by `writeRunFile` alone, into a folder that nobody else can write.
  return JSON.parse(text) as RunDescription;
}

/** Epoch → its tensors, under their own names. */
function statesOf(tensors: StateDict): Map<number, StateDict> {
  const states = new Map<number, Map<string, TensorData>>();
  for (const [key, tensor] of tensors) {
    const slash = key.indexOf('/');
    const epoch = Number(key.slice(0, slash));
    const state = states.get(epoch) ?? new Map<string, TensorData>();
    state.set(key.slice(slash + 1), tensor);
    states.set(epoch, state);
  }
  return states;
}

function damaged(): EngineError {
  return new EngineError('bad-file', 'What was kept of this run is damaged and cannot be opened.');
}
