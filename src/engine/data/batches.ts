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

/** Images of a batch, those that only fill its shape left out. */
export function countReal({ weights }: Batch): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

/** The samples from `start` to `end`, filled up to `length` with others of weight 0. */
function batchOf(samples: readonly Sample[], start: number, end: number, length: number): Batch {
  const places = Array.from({ length }, (_, offset) => start + offset);
  const taken = places.map((place) => samples[place % samples.length]!);
  return {
    start,
    images: taken.map(({ image }) => image),
    labels: Int32Array.from(taken, ({ label }) => label),
    weights: Float32Array.from(places, (place) => (place < end ? 1 : 0)),
  };
}

/**
 * A batch in pieces of at most `most` images, for a device that the whole would not fit. All are
 * of one length; those that have fewer images are filled up with others of weight 0.
 */
export function cutBatch(batch: Batch, most: number): Batch[] {
  const { length } = batch.images;
  if (length <= most) return [batch];
  const pieces = Math.ceil(length / most);
  const longest = Math.ceil(length / pieces);
  return Array.from({ length: pieces }, (_, index) => {
    const from = Math.floor((index * length) / pieces);
    const end = Math.floor(((index + 1) * length) / pieces);
    const places = Array.from({ length: longest }, (_, offset) => (from + offset) % length);
    return {
      start: batch.start + from,
      images: places.map((place) => batch.images[place]!),
      labels: Int32Array.from(places, (place) => batch.labels[place]!),
      weights: Float32Array.from(places, (place, offset) =>
        from + offset < end ? batch.weights[place]! : 0,
      ),
    };
  });
}

/** Batches in the order given; the last is filled up with samples of weight 0. */
export function evaluationBatches(samples: readonly Sample[], batchSize: number): Batch[] {
  const count = Math.ceil(samples.length / batchSize);
  return Array.from({ length: count }, (_, index) => {
    const start = index * batchSize;
    return batchOf(samples, start, Math.min(start + batchSize, samples.length), batchSize);
  });
}

/**
 * Every sample once, in an order that `rng` decides. As few batches as `batchSize` allows, all as
 * full as each other: the few samples that would be left over weigh as much in a step as any.
 */
export function epochBatches(samples: readonly Sample[], batchSize: number, rng: Rng): Batch[] {
  const shuffled = rng.shuffle([...samples]);
  const count = Math.ceil(samples.length / batchSize);
  const length = Math.ceil(samples.length / count);
  const startOf = (index: number): number => Math.floor((index * samples.length) / count);
  return Array.from({ length: count }, (_, index) =>
    batchOf(shuffled, startOf(index), startOf(index + 1), length),
  );
}
