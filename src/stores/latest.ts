/**
 * Runs `work` for the newest value only: waits until values stop coming for `delay`
 * milliseconds, never has two pieces of work under way, and drops values in between.
 */
export function latest<T>(
  work: (value: T) => Promise<void>,
  delay: number,
): { want(value: T): void; cancel(): void } {
  let waiting: { readonly value: T } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;

  const start = async () => {
    if (busy || waiting === null) return;
    const { value } = waiting;
    waiting = null;
    busy = true;
    await work(value).finally(() => {
      busy = false;
    });
    void start();
  };

  return {
    want(value) {
      waiting = { value };
      clearTimeout(timer);
      timer = setTimeout(() => void start(), delay);
    },
    cancel() {
      clearTimeout(timer);
      waiting = null;
    },
  };
}
