import type { Command, ErrorCode, Event, Failure, RequestName, Requests } from '../protocol.ts';

/** A failure that the worker reported; `message` is a sentence for the person. */
export class TrainerError extends Error {
  readonly code: ErrorCode;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'TrainerError';
    this.code = failure.code;
  }
}

/** Anything thrown, as what is shown of it. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TrainerError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

export type Progress = Pick<
  Extract<Event, { type: 'progress' }>,
  'done' | 'total' | 'unit' | 'note'
>;

export interface RequestOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Aborting asks the worker to stop; the request then fails with the code "cancelled". */
  readonly signal?: AbortSignal;
  readonly transfer?: readonly Transferable[];
}

/** What the stores need of a trainer; the real one owns a Worker, tests bring their own. */
export interface Trainer {
  request<K extends RequestName>(
    type: K,
    args: Requests[K]['args'],
    options?: RequestOptions,
  ): Promise<Requests[K]['result']>;
  /** Hears every event that answers no request; returns the function that stops it. */
  subscribe(listener: (event: Event) => void): () => void;
}

interface Pending {
  readonly settle: (result: Requests[RequestName]['result']) => void;
  readonly fail: (error: Error) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** Owns the training worker: sends commands, matches replies to them, hands on events. */
export class TrainerClient implements Trainer {
  readonly #createWorker: () => Worker;
  #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(event: Event) => void>();
  #nextId = 1;
  #closed = false;

  constructor(createWorker: () => Worker) {
    this.#createWorker = createWorker;
    this.#worker = this.#start();
  }

  request<K extends RequestName>(
    type: K,
    args: Requests[K]['args'],
    options: RequestOptions = {},
  ): Promise<Requests[K]['result']> {
    const { signal } = options;
    const id = this.#nextId++;
    const cancel = (): void => this.#cancel(id);
    const reply = new Promise<Requests[K]['result']>((resolve, reject) => {
      this.#pending.set(id, {
        // The id ties this reply to this command, so its result is this command's.
        settle: (result) => resolve(result),
        fail: reject,
        onProgress: options.onProgress,
      });
      signal?.addEventListener('abort', cancel);
      const command = { type, id, ...args } as Command;
      this.#worker.postMessage(command, [...(options.transfer ?? [])]);
    });
    // A signal may outlive thousands of requests.
    return reply.finally(() => signal?.removeEventListener('abort', cancel));
  }

  subscribe(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the worker and starts another one, which knows nothing yet; what was asked of the old one fails. */
  restart(): void {
    this.#worker.terminate();
    this.#worker = this.#start();
    this.#rejectAll({
      code: 'device-lost',
      message: 'The training worker was started anew while this was under way. Try it again.',
    });
  }

  /** Ends the worker for good. */
  terminate(): void {
    this.#closed = true;
    this.#worker.terminate();
    this.#failAll({ code: 'cancelled', message: 'The training worker was closed.' });
  }

  #start(): Worker {
    const worker = this.#createWorker();
    const isPresent = (): boolean => worker === this.#worker;
    worker.addEventListener('message', ({ data }: MessageEvent<Event>) => {
      if (!isPresent()) return;
      if (data.type === 'worker.alive') this.#watch(worker, data.lock);
      else this.#receive(data);
    });
    worker.addEventListener('error', (event) => {
      const message = event.message || 'The training worker could not be started.';
      if (isPresent()) this.#failAll({ code: 'internal', message });
    });
    return worker;
  }

  /** A worker that dies says nothing, but it gives its lock back. */
  #watch(worker: Worker, lock: string): void {
    void navigator.locks.request(lock, () => {
      if (worker !== this.#worker || this.#closed) return;
      this.#failAll({ code: 'device-lost', message: 'The training worker ended unexpectedly.' });
    });
  }

  #cancel(target: number): void {
    if (this.#pending.has(target)) void this.request('cancel', { target });
  }

  #receive(event: Event): void {
    switch (event.type) {
      case 'reply':
        this.#take(event.id)?.settle(event.result);
        return;
      case 'error':
        this.#take(event.id)?.fail(new TrainerError(event.error));
        return;
      case 'progress':
        this.#pending.get(event.id)?.onProgress?.(event);
        return;
      default:
        for (const listener of this.#listeners) listener(event);
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #rejectAll(failure: Failure): void {
    const error = new TrainerError(failure);
    for (const pending of this.#pending.values()) pending.fail(error);
    this.#pending.clear();
  }

  #failAll(failure: Failure): void {
    this.#rejectAll(failure);
    for (const listener of this.#listeners) listener({ type: 'device.lost', error: failure });
  }
}
