/** Runs what it is given once, soon. */
export type Schedule = (flush: () => void) => void;

const HIDDEN_PAGE_DELAY = 250;

/** Before the next paint; a hidden page paints nothing, so at the latest after a quarter second. */
export const beforeNextPaint: Schedule = (flush) => {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    flush();
  };
  if (typeof requestAnimationFrame === 'function') requestAnimationFrame(once);
  setTimeout(once, HIDDEN_PAGE_DELAY);
};

/** Collects items and hands them on together, so that a busy worker costs one update a frame. */
export function batched<T>(
  take: (items: readonly T[]) => void,
  schedule: Schedule,
): { push(item: T): void; flush(): void } {
  let waiting: T[] = [];
  const flush = () => {
    const items = waiting;
    waiting = [];
    if (items.length > 0) take(items);
  };
  return {
    push(item) {
      waiting.push(item);
      if (waiting.length === 1) schedule(flush);
    },
    flush,
  };
}
