/**
 * What the frozen part of a network makes of each image, computed once and kept in ordinary
 * memory: a linear probe trains on a vector an image, and partial tuning starts at its first block.
 */
import type { ImageId } from '../../protocol.ts';
import type { Batch } from '../data/batches.ts';
import type { FrozenPart, Network } from '../network.ts';
import { useFeed, type Feed } from './feed.ts';

/** Beyond this much memory the images go through the whole network again. */
const MOST_BYTES = 512 * 2 ** 20;
/** The patch embedding alone is not worth keeping: its output is larger than the image. */
const FEWEST_STRETCHES = 2;

export class Features {
  readonly #network: Network;
  readonly #part: FrozenPart;
  readonly #rows = new Map<ImageId, Float32Array>();

  private constructor(network: Network, part: FrozenPart) {
    this.#network = network;
    this.#part = part;
  }

  /** Null where nothing worth keeping is frozen, or where it would be too much for `images`. */
  static of(network: Network, images: number): Features | null {
    const part = network.frozenPart();
    if (part.stretches < FEWEST_STRETCHES) return null;
    return images * 4 * sizeOf(part) > MOST_BYTES ? null : new Features(network, part);
  }

  /** Null where the batch has images that were not computed yet. */
  feed({ images }: Batch): Feed | null {
    const rows = images.flatMap((image) => this.#rows.get(image) ?? []);
    if (rows.length < images.length) return null;
    const size = sizeOf(this.#part);
    const values = new Float32Array(rows.length * size);
    rows.forEach((row, i) => values.set(row, i * size));
    return {
      input: { values, shape: [rows.length, ...this.#part.shape] },
      prepare: (tensor) => tensor,
      after: this.#part.stretches,
      release: () => undefined,
    };
  }

  /** Has the network compute a batch's images up to here, and waits for it. */
  async compute({ images }: Batch, feed: Feed): Promise<void> {
    const output = useFeed(feed, (input) => this.#network.begin(input, this.#part.stretches));
    const values = await output.data<'float32'>();
    output.dispose();
    const size = sizeOf(this.#part);
    images.forEach((image, i) => this.#rows.set(image, values.slice(i * size, (i + 1) * size)));
  }
}

function sizeOf({ shape }: FrozenPart): number {
  return shape.reduce((product, side) => product * side, 1);
}
