import type { Failure, RunPlace } from '../protocol.ts';

/** Failures of one run between which it did not come any further. */
export class FailuresInARow {
  #place: RunPlace | null = null;
  #failures: readonly Failure[] = [];

  /** Adds a failure that left the run at `place`; one that had come further begins anew. */
  add(failure: Failure, place: RunPlace): void {
    const last = this.#place;
    const isOther = last?.runId !== place.runId;
    if (isOther || place.step > last.step || place.epoch > last.epoch) this.#failures = [];
    this.#failures = [...this.#failures, failure];
    this.#place = place;
  }

  get count(): number {
    return this.#failures.length;
  }

  /**
   * How often to halve the memory of its steps: as often as it was too little. Drivers that run
   * out of it may also lose the device without a reason, so one that is lost again counts, too.
   */
  get halvings(): number {
    const count = (cause: Failure['code']): number =>
      this.#failures.filter(({ code }) => code === cause).length;
    return count('out-of-memory') + Math.max(0, count('device-lost') - 1);
  }
}

/** Why a run was given up after so many, and what may help. */
export function diagnosis({ code, message }: Failure, count: number): Failure {
  const times = `${count} times in a row, without a step that could be kept in between`;
  const kept = 'What the run had learned is kept, and it can be resumed.';
  if (code === 'out-of-memory') {
    const help =
      'Close other tabs and programs, or choose a smaller backbone or a method that trains less.';
    return {
      code,
      message: `The device ran out of memory ${times}, in the end with a fraction of the images at a time. ${kept} ${help}`,
    };
  }
  const help =
    'Close other programs that use the graphics card, or update its driver; with ?backend=wasm behind its address the page trains without it.';
  return {
    code,
    message: `The training was lost ${times}. The last time: ${message} ${kept} ${help}`,
  };
}
