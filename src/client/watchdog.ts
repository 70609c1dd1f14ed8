/** Tells a device that hangs from one that is slow: by how long it took to give a sign before. */

/** Milliseconds. */
export interface WatchLimits {
  /** Before steps have been taken: shaders compile, and the first step may take minutes. */
  readonly first: number;
  /** At least, once they have. */
  readonly least: number;
  /** Times as long as the longest silence so far. */
  readonly times: number;
}

const LIMITS: WatchLimits = { first: 600_000, least: 60_000, times: 20 };
/** Signs after which silences say how fast the device is. */
const SIGNS = 5;

export class Watchdog {
  readonly #limits: WatchLimits;
  #silence = 0;
  #longest = 0;
  #signs = 0;

  constructor(limits: WatchLimits = LIMITS) {
    this.#limits = limits;
  }

  /** Milliseconds of silence that are too many. */
  get limit(): number {
    const { first, least, times } = this.#limits;
    return this.#signs < SIGNS ? first : Math.max(least, times * this.#longest);
  }

  /** A sign of life; one from before the steps begin says nothing of how long they take. */
  heard(measures: boolean): void {
    if (measures) {
      this.#signs++;
      // The first steps compile.
      if (this.#signs > 1) this.#longest = Math.max(this.#longest, this.#silence);
    }
    this.#silence = 0;
  }

  /**
   * Time passes without a sign. A computer that slept passes much at once, which is no silence:
   * one stretch counts as a third of the limit at most.
   * @returns whether the silence is too long
   */
  pass(milliseconds: number): boolean {
    this.#silence += Math.min(milliseconds, this.limit / 3);
    return this.#silence >= this.limit;
  }
}
