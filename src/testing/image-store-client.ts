import type { Failure } from '../protocol.ts';
import type { StoreMethods } from './image-store-worker.ts';

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: Failure;
}

/** An image store in a worker of its own; failures reject with the `Failure` as it came. */
export class StoreWorker {
  readonly #worker = new Worker(new URL('./image-store-worker.ts', import.meta.url), {
    type: 'module',
  });
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #nextId = 1;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      this.#waiting.get(data.id)?.(data);
      this.#waiting.delete(data.id);
    };
  }

  call<K extends keyof StoreMethods>(
    method: K,
    ...args: Parameters<StoreMethods[K]>
  ): ReturnType<StoreMethods[K]> {
    const id = this.#nextId++;
    const answer = new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, failure }) => {
        if (failure) reject(Object.assign(new Error(failure.message), failure));
        else resolve(result);
      });
      this.#worker.postMessage({ id, method, args });
    });
    // The id ties the answer to this call, so its result is this method's.
    return answer as ReturnType<StoreMethods[K]>;
  }

  terminate(): void {
    this.#worker.terminate();
  }
}
