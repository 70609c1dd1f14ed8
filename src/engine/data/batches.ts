import type { ImageId } from '../../protocol.ts';
import type { Rng } from '../../lib/rng.ts';
import type { Sample } from './split.ts';

/** One step's images; every batch of an epoch has the same length n. */
export interface Batch {
  /** Place of the first image in the epoch. */
  readonly start: number;
  readonly images: readonly ImageId[];
  /** [n] */
  readonly labels: Int32Array;
  /** [n]; 0 marks a repeated image that only fills the shape. */
  readonly weights: Float32Array;
}

function batchAt(samples: readonly Sample[], start: number, batchSize: number): Batch {
  const places = Array.from({ length: batchSize }, (_, offset) => start + offset);
  const taken = places.map((place) => samples[place % samples.length]!);
  return {
    start,
    images: taken.map(({ image }) => image),
    labels: Int32Array.from(taken, ({ label }) => label),
    weights: Float32Array.from(places, (place) => (place < samples.length ? 1 : 0)),
  };
}

/** Batches in the order given; the last is filled up with samples of weight 0. */
export function evaluationBatches(samples: readonly Sample[], batchSize: number): Batch[] {
  const count = Math.ceil(samples.length / batchSize);
  return Array.from({ length: count }, (_, index) =>
    batchAt(samples, index * batchSize, batchSize),
  );
}

/** Every sample once, in an order that `rng` decides; the last batch is filled up with weight 0. */
export function epochBatches(samples: readonly Sample[], batchSize: number, rng: Rng): Batch[] {
  return evaluationBatches(rng.shuffle([...samples]), batchSize);
}
