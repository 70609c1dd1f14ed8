import { describe, expect, it } from 'vitest';
import { createQueue, Gate, mapInOrder } from './concurrency.ts';

const later = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

describe('mapInOrder', () => {
  it('keeps the order and the limit', async () => {
    let running = 0;
    let most = 0;
    const work = async (item: number): Promise<number> => {
      most = Math.max(most, ++running);
      await later((item * 7) % 5);
      running--;
      return item * 2;
    };
    const items = Array.from({ length: 30 }, (_, index) => index);
    expect(await collect(mapInOrder(items, 3, work))).toEqual(items.map((item) => item * 2));
    expect(most).toBe(3);
  });

  it('draws items only as they are needed', async () => {
    let drawn = 0;
    function* endless(): Generator<number> {
      for (;;) yield drawn++;
    }
    for await (const value of mapInOrder(endless(), 4, (item) => Promise.resolve(item))) {
      if (value === 2) break;
    }
    expect(drawn).toBeLessThanOrEqual(7);
  });

  it('fails at the failing item’s turn and waits for what still runs', async () => {
    const seen: number[] = [];
    const finished: number[] = [];
    const work = async (item: number): Promise<number> => {
      await later(item === 2 ? 1 : 10);
      if (item === 2) throw new Error('two');
      finished.push(item);
      return item;
    };
    const run = async (): Promise<void> => {
      for await (const value of mapInOrder([0, 1, 2, 3, 4], 3, work)) seen.push(value);
    };
    await expect(run()).rejects.toThrow('two');
    expect(seen).toEqual([0, 1]);
    expect(finished).toContain(3);
  });
});

describe('Gate', () => {
  it('keeps the weights inside the capacity, lets a heavy task in alone and in its turn', async () => {
    const gate = new Gate(10);
    const log: string[] = [];
    let inside = 0;
    const task = (name: string, weight: number): Promise<void> =>
      gate.run(weight, async () => {
        inside += weight;
        log.push(`${name} ${inside}`);
        await later(2);
        inside -= weight;
      });
    await Promise.all([task('a', 6), task('b', 4), task('huge', 50), task('c', 1)]);
    expect(log).toEqual(['a 6', 'b 10', 'huge 50', 'c 1']);
  });

  it('lets the next in after a failure', async () => {
    const gate = new Gate(1);
    await expect(gate.run(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(gate.run(1, () => Promise.resolve('yes'))).resolves.toBe('yes');
  });
});

describe('createQueue', () => {
  it('runs one after the other, past failures', async () => {
    const inTurn = createQueue();
    const log: string[] = [];
    const slow = inTurn(async () => {
      await later(5);
      log.push('slow');
    });
    const failing = inTurn(() => Promise.reject(new Error('no')));
    const quick = inTurn(() => Promise.resolve(log.push('quick')));
    await expect(failing).rejects.toThrow('no');
    await Promise.all([slow, quick]);
    expect(log).toEqual(['slow', 'quick']);
  });
});
