/** All that a run's next steps depend on: copied between two steps, read later, and put back. */
import * as tf from '@tensorflow/tfjs';
import type { StateDict } from '../../lib/safetensors.ts';
import type { Evaluation, StepRecord } from '../../protocol.ts';
import type { Network } from '../network.ts';
import { join } from '../ops/flat.ts';
import type { AdamW } from './optimizer.ts';

/** Where a run is between two steps. */
export interface Cursor {
  /** Epoch under way, from 1; one beyond the last where all are behind. */
  readonly epoch: number;
  /** Steps behind, of all epochs. */
  readonly step: number;
  /** Images trained on so far, and the milliseconds that took. */
  readonly images: number;
  readonly trainingMs: number;
  /** Seconds of the epochs that are behind, and of the one under way. */
  readonly seconds: number;
  readonly epochSeconds: number;
}

export const AT_THE_START: Cursor = {
  ...{ epoch: 1, step: 0, images: 0 },
  ...{ trainingMs: 0, seconds: 0, epochSeconds: 0 },
};

/** The best epoch so far. */
export interface Best {
  readonly epoch: number;
  readonly evaluation: Evaluation;
  readonly trained: StateDict;
}

export interface LearnedState {
  readonly trained: StateDict;
  /** AdamW's two means, as long as everything trained. */
  readonly momentum: Float32Array;
  readonly variance: Float32Array;
}

export interface TrainingState extends LearnedState {
  readonly cursor: Cursor;
  readonly best: Best | null;
}

/** Where a run goes on; random numbers are not among it, for they follow from seed and step. */
export interface Resumption {
  readonly state: TrainingState;
  /** What the steps of the epoch under way measured. */
  readonly steps: readonly StepRecord[];
}

/** Copies the state on the device, and returns what reads the copy: steps in between do not change it. */
export function copyState(network: Network, optimizer: AdamW): () => Promise<LearnedState> {
  const { trainable } = network;
  const tensors = [...trainable.map(({ value }) => value.tensor), ...optimizer.state];
  const flat = tf.tidy(() => join(tensors));
  return async () => {
    const values = Float32Array.from(await flat.data<'float32'>());
    flat.dispose();
    let start = 0;
    const next = (size: number): Float32Array => values.subarray(start, (start += size));
    const trained = new Map(
      trainable.map(({ name, shape, size }) => [name, { shape, data: next(size) }] as const),
    );
    const size = start;
    return { trained, momentum: next(size), variance: next(size) };
  };
}

/** Puts a state back that `copyState` read of the same network and optimizer. */
export function putBack(
  { trained, momentum, variance, cursor }: TrainingState,
  network: Network,
  optimizer: AdamW,
): void {
  network.restore(trained);
  optimizer.restore(cursor.step, momentum, variance);
}
