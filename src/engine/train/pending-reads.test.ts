import { expect, test } from 'vitest';
import { PendingReads } from './pending-reads.ts';

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

test('the loop goes on while few reads are open, and waits for the oldest after that', async () => {
  const reads = new PendingReads(1);
  const [first, second] = [deferred(), deferred()];
  await reads.add(() => first.promise);
  let added = false;
  const adding = reads
    .add(() => second.promise)
    .then(() => {
      added = true;
    });
  await Promise.resolve();
  expect(added).toBe(false);
  first.resolve();
  await adding;
  expect(added).toBe(true);
});

test('a read that fails ends the loop, not the page', async () => {
  const reads = new PendingReads(4);
  await reads.add(() => Promise.reject(new Error('lost')));
  await expect(reads.drain()).rejects.toThrow('lost');
  await expect(reads.drain()).resolves.toBeUndefined();
});
