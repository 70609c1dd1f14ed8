/** Where a run stands, as a file that names all others of its checkpoint. */
import {
  parseSafetensors,
  writeSafetensors,
  type StateDict,
  type TensorData,
} from '../../lib/safetensors.ts';
import type { Evaluation, ScaleFrame, StepRecord } from '../../protocol.ts';
import { EngineError } from '../errors.ts';
import type { Cursor, TrainingState } from '../train/training-state.ts';
import type { CheckpointFiles, RunOrder } from './contract.ts';
import { framesIn, packFrames } from './epoch-file.ts';

/** Another version of the page may have written another form; such a run cannot go on. */
const VERSION = 1;
const TRAINED = 'trained/';

/** The state, but for the best epoch's tensors, which lie in a file of their own. */
interface StoredState {
  readonly learned: Pick<TrainingState, 'cursor' | 'trained' | 'momentum' | 'variance'>;
  readonly best: { readonly epoch: number; readonly evaluation: Evaluation } | null;
}

export interface StateStory {
  readonly order: RunOrder;
  /** Null before the first one. */
  readonly state: StoredState | null;
  /** Of the epoch under way. */
  readonly steps: readonly StepRecord[];
  readonly frames: readonly ScaleFrame[];
  readonly files: CheckpointFiles;
}

interface Description {
  readonly version: number;
  readonly order: RunOrder;
  readonly cursor: Cursor | null;
  readonly steps: readonly StepRecord[];
  readonly best: {
    readonly epoch: number;
    readonly judged: Omit<Evaluation, 'labels' | 'probabilities'>;
  } | null;
  readonly epochs: readonly (readonly [number, string])[];
  readonly weights: readonly (readonly [number, string])[];
}

export function writeStateFile(story: StateStory): Uint8Array<ArrayBuffer> {
  const { order, state, steps, frames, files } = story;
  const description: Description = {
    ...{ version: VERSION, order, steps, cursor: state?.learned.cursor ?? null },
    best: bestOf(state),
    epochs: [...files.epochs],
    weights: [...files.weights],
  };
  const tensors = new Map([...packFrames(frames), ...(state ? packState(state) : [])]);
  return writeSafetensors(tensors, { state: JSON.stringify(description) });
}

/** @throws EngineError or SafetensorsError where it is no such file, or of another version. */
export function readStateFile(bytes: Uint8Array): StateStory {
  const { tensors, metadata } = parseSafetensors(bytes);
  // Written by `writeStateFile` alone, into a folder that nobody else can write.
  const description = JSON.parse(metadata['state'] ?? '{}') as Partial<Description>;
  if (!isPresent(description)) {
    throw new EngineError(
      'bad-file',
      'A run can only go on in the version of the page it began in.',
    );
  }
  const { order, cursor, steps, best, epochs, weights } = description;
  const learned = cursor && {
    cursor,
    trained: trainedIn(tensors),
    momentum: named(tensors, 'momentum'),
    variance: named(tensors, 'variance'),
  };
  const evaluation = best && {
    ...best.judged,
    labels: Int32Array.from(named(tensors, 'best/labels')),
    probabilities: named(tensors, 'best/probabilities'),
  };
  return {
    ...{ order, steps, frames: framesIn(tensors) },
    state: learned && { learned, best: best && evaluation && { epoch: best.epoch, evaluation } },
    files: { epochs: new Map(epochs), weights: new Map(weights) },
  };
}

function isPresent(description: Partial<Description>): description is Description {
  return description.version === VERSION;
}

function bestOf(state: StoredState | null): Description['best'] {
  if (!state?.best) return null;
  const { mode, strength, images, loss, accuracy } = state.best.evaluation;
  return { epoch: state.best.epoch, judged: { mode, strength, images, loss, accuracy } };
}

function packState({ learned, best }: StoredState): [string, TensorData][] {
  const { trained, momentum, variance } = learned;
  const flat = (data: Float32Array): TensorData => ({ shape: [data.length], data });
  const judged: [string, TensorData][] = best
    ? [
        ['best/labels', flat(Float32Array.from(best.evaluation.labels))],
        ['best/probabilities', flat(best.evaluation.probabilities)],
      ]
    : [];
  return [
    ...[...trained].map(([name, tensor]): [string, TensorData] => [`${TRAINED}${name}`, tensor]),
    ...judged,
    ['momentum', flat(momentum)],
    ['variance', flat(variance)],
  ];
}

function trainedIn(tensors: StateDict): StateDict {
  return new Map(
    [...tensors].flatMap(([name, tensor]) =>
      name.startsWith(TRAINED) ? [[name.slice(TRAINED.length), tensor] as const] : [],
    ),
  );
}

function named(tensors: StateDict, name: string): Float32Array {
  const tensor = tensors.get(name);
  if (tensor) return tensor.data;
  throw new EngineError('bad-file', `A checkpoint must hold “${name}”.`);
}
