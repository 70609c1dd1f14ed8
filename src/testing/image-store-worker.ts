/** Runs an image store where it belongs, in a dedicated worker, for tests to call. */
import type { ImageId, ImageInfo, ImportItem, ImportSummary, Preprocessing } from '../protocol.ts';
import { toFailure } from '../engine/errors.ts';
import { decodeToPixels } from '../engine/data/preprocess.ts';
import { ImageStore } from '../engine/data/image-store.ts';

export interface ImportReport {
  readonly summary: ImportSummary | null;
  readonly failure: { code: string; message: string } | null;
  readonly images: ImageInfo[];
  readonly batches: number[];
  readonly progress: (readonly [number, number])[];
  /** Longest time the worker could not hear a message, in milliseconds. */
  readonly longestPause: number;
}

let store: ImageStore | null = null;

function opened(): ImageStore {
  if (!store) throw new Error('open the store first');
  return store;
}

/** Every file under this origin's private file system: path → bytes. */
async function listFiles(
  directory: FileSystemDirectoryHandle,
  prefix = '',
): Promise<Record<string, number>> {
  const files: Record<string, number> = {};
  for await (const [name, handle] of directory.entries()) {
    const path = `${prefix}${name}`;
    if (handle instanceof FileSystemDirectoryHandle) {
      files[`${path}/`] = 0;
      Object.assign(files, await listFiles(handle, `${path}/`));
    } else if (handle instanceof FileSystemFileHandle) {
      files[path] = (await handle.getFile()).size;
    }
  }
  return files;
}

function watchPauses(): () => number {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 5);
  return () => {
    clearInterval(timer);
    return longest;
  };
}

async function importItems(
  items: readonly ImportItem[],
  className: string | null,
  stopAfter: number,
): Promise<ImportReport> {
  const images: ImageInfo[] = [];
  const batches: number[] = [];
  const progress: [number, number][] = [];
  const stop = new AbortController();
  if (stopAfter === 0) stop.abort();
  const pauses = watchPauses();
  const outcome = await opened()
    .import(items, className, {
      onAdded(added) {
        images.push(...added);
        batches.push(added.length);
        if (images.length >= stopAfter) stop.abort();
      },
      onProgress: (done, total) => void progress.push([done, total]),
      signal: stop.signal,
    })
    .then(
      (summary) => ({ summary, failure: null }),
      (error: unknown) => ({ summary: null, failure: toFailure(error) }),
    );
  return { ...outcome, images, batches, progress, longestPause: pauses() };
}

const methods = {
  open: async (): Promise<void> => {
    store = await ImageStore.open();
  },
  import: importItems,
  release: (ids: readonly ImageId[]): Promise<void> => {
    opened().release(ids);
    return Promise.resolve();
  },
  file: (id: ImageId): Promise<Blob> => opened().file(id),
  prepare: async (
    ids: readonly ImageId[],
    preprocessing: Preprocessing,
  ): Promise<(readonly [number, number])[]> => {
    const progress: [number, number][] = [];
    await opened().prepare(ids, preprocessing, {
      onProgress: (done, total) => void progress.push([done, total]),
      signal: new AbortController().signal,
    });
    return progress;
  },
  pixels: (ids: readonly ImageId[], preprocessing: Preprocessing): Promise<Uint8Array> =>
    opened().pixels(ids, preprocessing),
  decode: (file: Blob, preprocessing: Preprocessing): Promise<Uint8Array> =>
    decodeToPixels(file, preprocessing),
  files: async (): Promise<Record<string, number>> =>
    listFiles(await navigator.storage.getDirectory()),
  close: (): Promise<void> => opened().close(),
};

export type StoreMethods = typeof methods;

/** A call as the tests send it; each answers with `result` or `failure`. */
export type StoreCall = {
  [K in keyof StoreMethods]: { id: number; method: K; args: Parameters<StoreMethods[K]> };
}[keyof StoreMethods];

function perform(call: StoreCall): Promise<unknown> {
  switch (call.method) {
    case 'import':
      return methods.import(...call.args);
    case 'release':
      return methods.release(...call.args);
    case 'file':
      return methods.file(...call.args);
    case 'prepare':
      return methods.prepare(...call.args);
    case 'pixels':
      return methods.pixels(...call.args);
    case 'decode':
      return methods.decode(...call.args);
    default:
      return methods[call.method]();
  }
}

self.onmessage = ({ data }: MessageEvent<StoreCall>) => {
  perform(data).then(
    (result) => self.postMessage({ id: data.id, result }),
    (error: unknown) => self.postMessage({ id: data.id, failure: toFailure(error) }),
  );
};
