import { describe, expect, it } from 'vitest';
import type { Preprocessing } from '../../protocol.ts';
import type { PixelStore } from './load-batch.ts';
import { createRng } from '../../lib/rng.ts';
import { cutBatch, epochBatches, evaluationBatches } from './batches.ts';
import { loadBatch } from './load-batch.ts';

const samples = Array.from({ length: 10 }, (_, image) => ({ image, label: image % 3 }));

describe('batches', () => {
  it('keeps one shape and fills the last batch with weight 0', () => {
    const batches = evaluationBatches(samples, 4);
    expect(batches.map(({ start }) => start)).toEqual([0, 4, 8]);
    expect(batches[2]).toEqual({
      start: 8,
      images: [8, 9, 0, 1],
      labels: Int32Array.of(2, 0, 0, 1),
      weights: Float32Array.of(1, 1, 0, 0),
    });
  });

  it('cuts a batch into pieces of one length, every image in one of them, in its place', () => {
    const [batch] = evaluationBatches(samples, 10);
    if (!batch) throw new Error('Ten samples make a batch.');
    expect(cutBatch(batch, 10)).toEqual([batch]);
    const pieces = cutBatch(batch, 4);
    expect(pieces.map(({ images }) => images)).toEqual([
      [0, 1, 2, 3],
      [3, 4, 5, 6],
      [6, 7, 8, 9],
    ]);
    const real = pieces.flatMap(({ start, images, weights }) =>
      images.flatMap((image, i) => (weights[i] === 1 ? [{ image, place: start + i }] : [])),
    );
    expect(real).toEqual(samples.map(({ image }) => ({ image, place: image })));
  });

  it('fills a batch that is longer than the whole set', () => {
    const [only, ...rest] = evaluationBatches(samples.slice(0, 3), 8);
    expect(rest).toEqual([]);
    expect(only?.images).toEqual([0, 1, 2, 0, 1, 2, 0, 1]);
    expect([...(only?.weights ?? [])]).toEqual([1, 1, 1, 0, 0, 0, 0, 0]);
    expect(evaluationBatches([], 8)).toEqual([]);
  });

  it('visits every sample once an epoch, in another order each epoch, labels kept', () => {
    const order = (epoch: number): number[] => {
      const batches = epochBatches(samples, 4, createRng(1, epoch));
      const seen = batches.flatMap(({ images, labels, weights }) =>
        images.filter((image, index) => {
          expect(labels[index]).toBe(image % 3);
          return weights[index] === 1;
        }),
      );
      expect([...seen].sort((a, b) => a - b)).toEqual(samples.map(({ image }) => image));
      return seen;
    };
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
    expect(samples[0]).toEqual({ image: 0, label: 0 });
  });

  it.each([
    { count: 10, batchSize: 4, real: [3, 3, 4] },
    { count: 9, batchSize: 4, real: [3, 3, 3] },
    { count: 8, batchSize: 4, real: [4, 4] },
    { count: 3, batchSize: 4, real: [3] },
  ])('leaves none of $count samples alone in batches of $batchSize', (one) => {
    const batches = epochBatches(samples.slice(0, one.count), one.batchSize, createRng(1));
    const real = batches.map(({ weights }) => weights.reduce((sum, weight) => sum + weight, 0));
    expect(real).toEqual(one.real);
    const lengths = new Set(batches.map(({ images }) => images.length));
    expect([...lengths]).toEqual([Math.max(...one.real)]);
  });
});

describe('loadBatch', () => {
  const preprocessing: Preprocessing = {
    size: 8,
    mean: [0.5, 0.25, 0],
    std: [0.5, 0.25, 1],
    interpolation: 'bilinear',
    cropShare: 1,
    cropMode: 'squash',
  };
  const bytes = 8 * 8 * 3;
  const store: PixelStore = {
    pixels: (images) =>
      Promise.resolve(
        Uint8Array.from({ length: images.length * bytes }, (_, index) => {
          const image = images[Math.floor(index / bytes)] ?? 0;
          return (image * 37 + (index % bytes) * 5) % 256;
        }),
      ),
  };

  it('brings the images of the batch one after the other', async () => {
    const [batch] = evaluationBatches(samples, 2);
    const { bytes, changes } = await loadBatch(store, batch!, preprocessing, 'off', createRng(1));
    expect(bytes).toEqual(await store.pixels(batch!.images, preprocessing));
    expect(changes).toEqual([null, null]);
  });

  it('augments by place in the epoch, whatever the order of calls', async () => {
    const batches = evaluationBatches(samples, 4);
    const load = (index: number) =>
      loadBatch(store, batches[index]!, preprocessing, 'strong', createRng(9).fork('epoch 2'));
    const forwards = [await load(0), await load(1), await load(2)];
    const backwards = [await load(2), await load(1), await load(0)].reverse();
    expect(backwards).toEqual(forwards);
    const all = forwards.flatMap(({ changes }) => changes);
    expect(all.slice(0, 10)).not.toContain(null);
    // The last two images only fill the batch.
    expect(all.slice(10)).toEqual([null, null]);
  });
});
