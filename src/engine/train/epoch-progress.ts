import type { StepRecord } from '../../protocol.ts';
import { countReal, cutBatch, type Batch } from '../data/batches.ts';

/** How a run's epochs become steps, and steps what the device takes at a time. */
export interface StepCut {
  /** Images of a batch. */
  readonly batchSize: number;
  /** Batches whose gradients are averaged into one step. */
  readonly accumulation: number;
  /** Images that go through the network together: a batch, or a piece of it where that would not fit. */
  readonly atATime: number;
}

interface Measured {
  readonly loss: number;
  readonly accuracy: number;
}

/** How far an epoch has come: its batches behind and ahead, what they measured, and the time it took. */
export class EpochProgress {
  readonly epoch: number;
  readonly #batches: readonly Batch[];
  readonly #cut: StepCut;
  readonly #sums = { loss: 0, accuracy: 0, images: 0 };
  readonly #secondsBefore: number;
  readonly #start = performance.now();
  #waitedMs = 0;
  #behind = 0;

  /** @param secondsBefore What the epoch took before the run was interrupted. */
  constructor(epoch: number, batches: readonly Batch[], cut: StepCut, secondsBefore = 0) {
    this.epoch = epoch;
    this.#batches = batches;
    this.#cut = cut;
    this.#secondsBefore = secondsBefore;
  }

  get seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#start - this.#waitedMs) / 1000;
  }

  /** Means over the images that were measured. */
  get means(): Measured {
    const { loss, accuracy, images } = this.#sums;
    return { loss: loss / images, accuracy: accuracy / images };
  }

  /** The batches of the next step, cut for the device; null where the epoch's steps are behind. */
  next(): Batch[] | null {
    const step = this.#take();
    return step && step.flatMap((batch) => cutBatch(batch, this.#cut.atATime));
  }

  add(images: number, { loss, accuracy }: Measured): void {
    this.#sums.loss += images * loss;
    this.#sums.accuracy += images * accuracy;
    this.#sums.images += images;
  }

  /** Steps that were taken and measured before the run was interrupted. */
  skip(steps: readonly StepRecord[]): void {
    for (const measured of steps) {
      const images = this.#take()?.reduce((sum, batch) => sum + countReal(batch), 0) ?? 0;
      this.add(images, measured);
    }
  }

  /** Time that is not the epoch's. */
  waited(milliseconds: number): void {
    this.#waitedMs += milliseconds;
  }

  #take(): Batch[] | null {
    const { accumulation } = this.#cut;
    const step = this.#batches.slice(this.#behind, this.#behind + accumulation);
    this.#behind += step.length;
    return step.length > 0 ? step : null;
  }
}
