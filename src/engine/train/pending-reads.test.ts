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
  await expect(reads.drain()).rejects.toThrow('lost');
});

test('what was read together with something that failed counts for nothing', async () => {
  const reads = new PendingReads(4);
  const early = deferred();
  await reads.add(() => early.promise.then(() => Promise.reject(new Error('not finite'))));
  const arrived = reads.arrived();
  early.resolve();
  await expect(arrived).rejects.toThrow('not finite');
  reads.abandon();
  await expect(reads.arrived()).rejects.toThrow('not finite');
});
