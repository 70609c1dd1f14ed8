/**
 * Runs `work` on up to `limit` items at once and yields the results in the items'
 * order. Items are drawn only as fast as results are taken. A failure of `work`
 * surfaces at its item's turn.
 */
export async function* mapInOrder<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const running: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // Its failure is reported at its turn, or not at all if that never comes.
      result.catch(() => undefined);
      running.push(result);
      const first = running.length >= limit ? running.shift() : undefined;
      if (first) yield await first;
    }
    while (running.length > 0) yield await running.shift()!;
  } finally {
    await Promise.allSettled(running);
  }
}

/** Lets tasks run while the sum of their weights fits; one too heavy for that runs alone. */
export class Gate {
  readonly #capacity: number;
  readonly #waiting: { weight: number; enter: () => void }[] = [];
  #used = 0;
  #inside = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async run<T>(weight: number, task: () => Promise<T>): Promise<T> {
    await this.#enter(weight);
    try {
      return await task();
    } finally {
      this.#used -= weight;
      this.#inside--;
      this.#admit();
    }
  }

  #enter(weight: number): Promise<void> {
    return new Promise((enter) => {
      this.#waiting.push({ weight, enter });
      this.#admit();
    });
  }

  /** First come, first served, so that a heavy task is not overtaken for ever. */
  #admit(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (this.#inside > 0 && this.#used + next.weight > this.#capacity) return;
      this.#waiting.shift();
      this.#used += next.weight;
      this.#inside++;
      next.enter();
    }
  }
}

/** Runs tasks one after the other, in the order they came. */
export function createQueue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}
