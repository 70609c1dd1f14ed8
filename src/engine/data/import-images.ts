import type { ImageInfo, ImportItem, ImportSummary, RejectedFile } from '../../protocol.ts';
import type { Candidate, Refusal } from './candidates.ts';
import type { KeptPicture } from './project-folder.ts';
import { EngineError, toFailure } from '../errors.ts';
import { candidates } from './candidates.ts';
import { Gate, mapInOrder } from './concurrency.ts';
import { readBytes, withPicture } from './picture.ts';
import { glanceAt } from './thumbnail.ts';

export interface ImportHooks {
  /** Batches of new images, at most 64 at once and about every 100 ms. */
  readonly onAdded: (images: ImageInfo[]) => void;
  readonly onProgress: (done: number, total: number, note: string) => void;
  readonly signal: AbortSignal;
}

/** What was learnt of a file by decoding it once. */
export interface Examined {
  readonly path: string;
  readonly className: string | null;
  readonly read: () => Promise<Blob>;
  readonly drop: () => void;
  /** SHA-256 of the bytes, hex; null where the page has no cryptography (insecure pages). */
  readonly hash: string | null;
  readonly width: number;
  readonly height: number;
  readonly animated: boolean;
  readonly thumbnail: Blob;
  /** See `lookOf`. */
  readonly look: string;
  /** Name of its file in the project's folder; null where nothing is kept. */
  readonly stored: string | null;
}

type Seen = Omit<Examined, 'read' | 'stored'> & { readonly file: Blob };

/** Where images go; says no with the path of the same picture if it is there already. */
export interface ImportTarget {
  readonly directory: FileSystemDirectoryHandle | null;
  readonly twin: (hash: string | null) => string | null;
  /** Copies a picture to where it lasts; null where nothing is kept. */
  readonly keep: (file: Blob) => Promise<KeptPicture | null>;
  readonly add: (image: Examined) => ImageInfo;
}

const CONCURRENCY = 4;
const BATCH = 64;
const PAUSE = 100;
/** Bytes of files held at once for hashing. */
const hashing = new Gate(2 ** 28);

async function fingerprint(file: Blob): Promise<string | null> {
  return hashing.run(file.size, async () => {
    const bytes = await readBytes(file);
    // Typed as always there, but absent on insecure pages.
    if (!isSecureContext) return null;
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  });
}

function twinRefusal(path: string, twin: string): Refusal {
  return { kind: 'refused', path, reason: `It is the same picture as ${twin}.` };
}

async function examine(candidate: Candidate, target: ImportTarget): Promise<Seen | Refusal> {
  const { path, className, file, drop } = candidate;
  try {
    const hash = await fingerprint(file);
    const twin = target.twin(hash);
    if (twin !== null) return twinRefusal(path, twin);
    return await withPicture(file, async ({ bitmap, ...told }) => {
      const glance = await glanceAt(bitmap);
      return { path, className, file, drop, hash, ...told, ...glance };
    });
  } catch (error) {
    return { kind: 'refused', path, reason: toFailure(error).message };
  }
}

/** Hands values on in batches that are neither large nor late. */
class Batcher<T> {
  readonly #deliver: (values: T[]) => void;
  #values: T[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deliver: (values: T[]) => void) {
    this.#deliver = deliver;
  }

  add(value: T): void {
    this.#values.push(value);
    if (this.#values.length >= BATCH) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), PAUSE);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const values = this.#values.splice(0);
    if (values.length > 0) this.#deliver(values);
  }
}

/** Counts what was dealt with and reports it, but not more often than a person can see. */
class Tally {
  done = 0;
  readonly #hooks: ImportHooks;
  #total: number;
  #reported = -Infinity;

  constructor(total: number, hooks: ImportHooks) {
    this.#total = total;
    this.#hooks = hooks;
  }

  grow(change: number): void {
    this.#total += change;
  }

  report(note: string, now = performance.now()): void {
    if (now - this.#reported < PAUSE && this.done < this.#total) return;
    this.#reported = now;
    this.#hooks.onProgress(this.done, this.#total, note);
  }
}

/**
 * Tries every item as a picture and adds those that are, in the order given. Whatever
 * ends the import early, what was added until then stays.
 * @throws EngineError "cancelled" or "storage"
 */
export async function importImages(
  items: readonly ImportItem[],
  className: string | null,
  target: ImportTarget,
  hooks: ImportHooks,
): Promise<ImportSummary> {
  const { signal } = hooks;
  const rejected: RejectedFile[] = [];
  const tally = new Tally(items.length, hooks);
  const batcher = new Batcher(hooks.onAdded);
  /** Unpacked files that are not part of the store (yet). */
  const loose = new Set<() => void>();
  let added = 0;
  let animated = 0;

  function settle(result: Examined | Refusal): void {
    const twin = 'kind' in result ? null : target.twin(result.hash);
    const outcome = twin === null ? result : twinRefusal(result.path, twin);
    if ('kind' in outcome) {
      rejected.push({ path: outcome.path, reason: outcome.reason });
    } else {
      loose.delete(outcome.drop);
      batcher.add(target.add(outcome));
      added++;
      if (outcome.animated) animated++;
    }
    tally.done++;
    tally.report(outcome.path);
  }

  async function tryCandidate(found: Candidate | Refusal): Promise<Examined | Refusal> {
    if (found.kind === 'refused') return found;
    loose.add(found.drop);
    signal.throwIfAborted();
    const seen = await examine({ ...found, className: className ?? found.className }, target);
    signal.throwIfAborted();
    return 'kind' in seen ? seen : keep(seen);
  }

  /** A full disk ends the import; it is no fault of the picture. */
  async function keep(seen: Seen): Promise<Examined> {
    const kept = await target.keep(seen.file);
    if (!kept) return { ...seen, read: () => Promise.resolve(seen.file), stored: null };
    loose.delete(seen.drop);
    loose.add(kept.drop);
    seen.drop();
    return { ...seen, read: kept.read, drop: kept.drop, stored: kept.name };
  }

  try {
    signal.throwIfAborted();
    const found = candidates(items, {
      directory: target.directory,
      signal,
      onFound: (change) => tally.grow(change),
      onUnpack: (path) => tally.report(`Unpacking ${path}`),
    });
    for await (const result of mapInOrder(found, CONCURRENCY, tryCandidate)) settle(result);
    return { added, animated, rejected };
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new EngineError('cancelled', `The import was stopped; ${added} images had been added.`);
  } finally {
    batcher.flush();
    for (const drop of loose) drop();
  }
}
