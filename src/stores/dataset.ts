import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Trainer } from '../client/trainer-client.ts';
import type {
  Event,
  ImageId,
  ImageInfo,
  ImportItem,
  ImportSummary,
  RejectedFile,
  RunClass,
} from '../protocol.ts';
import { countOf } from '../lib/format.ts';
import { groupAlikes } from '../lib/look-alikes.ts';
import { isCancelled, sentence } from './app.ts';
import {
  emptyDataset,
  imagesByClass,
  imagesOf,
  missingFrom,
  nameProblem,
  restored,
  withClass,
  withoutClass,
  withPlacement,
  type ClassId,
  type DatasetContents,
  type DatasetImage,
} from './dataset-contents.ts';
import { withArrivals, type Destination } from './dataset-arrivals.ts';
import { sameEverywhere } from './look-alikes.ts';
import { batched } from './per-frame.ts';
import { importInPortions } from './import-portions.ts';
import { startTask, type Task, type TaskOptions } from './task.ts';

/** The last destructive change, as long as it can be taken back. */
export interface Undo {
  readonly message: string;
  readonly before: DatasetContents;
  /** Images the change took away. */
  readonly removed: readonly ImageId[];
}

export interface DatasetState extends DatasetContents {
  readonly importing: Task | null;
  /** Files that could not be read, since the last `clearRejected`. */
  readonly rejected: readonly RejectedFile[];
  /** How many files of which only the first frame was taken, since the last `clearAnimated`. */
  readonly animated: number;
  readonly undo: Undo | null;
  /** Why the last import failed, as a sentence. */
  readonly problem: string | null;
}

export interface DatasetActions {
  /** Folders name classes unless a target class is given. Resolves once all were read or it failed. */
  importFiles(items: readonly ImportItem[], target?: ClassId): Promise<void>;
  /** Resolves once everything asked for by now has arrived or failed. */
  settled(): Promise<unknown>;
  /** Replaces what is there by a generated task; true if it arrived. A failure restores what was there. */
  loadDemo(name: string, seed: number, imagesPerClass: number): Promise<boolean>;
  /** Returns a sentence if the name is refused, else null. */
  createClass(name: string): string | null;
  renameClass(id: ClassId, name: string): string | null;
  mergeClasses(ids: readonly ClassId[], into: ClassId): void;
  deleteClass(id: ClassId): void;
  moveImages(ids: readonly ImageId[], to: ClassId): void;
  removeImages(ids: readonly ImageId[]): void;
  clear(): void;
  takeBack(): void;
  /** Ends the chance to undo; images nothing shows any more leave the worker. */
  forgetUndo(): void;
  /** Lists files that never reached the worker. */
  reject(files: readonly RejectedFile[]): void;
  clearRejected(): void;
  clearAnimated(): void;
  dismissProblem(): void;
  /** Images that were removed, but that undo or a run still holds. */
  retired(): readonly DatasetImage[];
  /** Takes over the images of an earlier session; `shown` are those that only runs show. */
  restore(contents: DatasetContents, shown: readonly DatasetImage[]): void;
  /** A live image, or one that was removed but is still shown by a run. */
  find(id: ImageId): DatasetImage | null;
  runClasses(): RunClass[];
  /** What a run still needs, as a sentence; null where nothing is missing. */
  missing(): string | null;
  receive(event: Event): void;
  /** Releases removed images that neither undo nor a run holds. */
  sweep(): void;
}

export type DatasetStore = StoreApi<DatasetState & DatasetActions>;

export interface DatasetOptions {
  /** Says now which images a run still needs or shows: kept after their removal until it no longer does. */
  readonly held?: () => (id: ImageId) => boolean;
  /** Resolves once what an earlier page held is here, or will not come: it takes the place of what is. */
  readonly opened?: () => Promise<void>;
}

/** Milliseconds between updates while images arrive: thousands must not cost thousands of renders. */
const ARRIVAL_INTERVAL = 200;

/** Classes and images of the page. The worker owns the pixels; this owns names, order and thumbnails. */
export function createDatasetStore(
  trainer: Trainer,
  { held = () => () => false, opened = () => Promise.resolve() }: DatasetOptions = {},
): DatasetStore {
  const retired = new Map<ImageId, DatasetImage>();
  let destination: Destination = { target: null, names: new Map() };
  let queue: Promise<unknown> = Promise.resolve();

  return createStore((set, get) => {
    const arrivals = batched<ImageInfo>(
      (images) => set(withArrivals(get(), images, destination)),
      (flush) => setTimeout(flush, ARRIVAL_INTERVAL),
    );
    const change = (next: DatasetContents, message: string) => {
      const { classes, images, nextClass } = get();
      const before = { classes, images, nextClass };
      const removed = [...images.values()].filter((image) => !next.images.has(image.id));
      get().forgetUndo();
      for (const image of removed) retired.set(image.id, image);
      set({ ...next, undo: { message, before, removed: removed.map((image) => image.id) } });
    };

    const perform = (
      label: string,
      target: ClassId | null,
      send: (options: TaskOptions, onSummary: (summary: ImportSummary) => void) => Promise<void>,
    ): Promise<boolean> => {
      const list = ({ rejected, animated }: ImportSummary) =>
        set({
          rejected: [...get().rejected, ...rejected],
          animated: get().animated + animated,
        });
      const work = async () => {
        const { task, options } = startTask(label, (importing) => set({ importing }));
        destination = { target, names: new Map() };
        set({ importing: task, problem: null });
        try {
          await opened();
          if (options.signal.aborted) return false;
          await send(options, list);
          return true;
        } catch (error) {
          if (!isCancelled(error)) set({ problem: sentence(error) });
          return false;
        } finally {
          arrivals.flush();
          set({ importing: null });
        }
      };
      const done = queue.then(work);
      queue = done;
      return done;
    };

    return {
      ...emptyDataset(),
      importing: null,
      rejected: [],
      animated: 0,
      undo: null,
      problem: null,

      async importFiles(items, target) {
        if (items.length === 0) {
          set({ problem: 'There were no files in what was dropped or chosen.' });
          return;
        }
        const className = get().classes.find(({ id }) => id === target)?.name ?? null;
        await perform('Reading images', target ?? null, (options, onPortion) =>
          importInPortions(trainer, items, className, options, onPortion),
        );
      },

      settled: () => queue,

      async loadDemo(demo, seed, imagesPerClass) {
        const replaced = get().images.size > 0 || get().classes.length > 0;
        if (replaced) get().clear();
        const undo = get().undo;
        const arrived = await perform('Making the demo images', null, async (options, onSummary) =>
          onSummary(await trainer.request('images.demo', { demo, seed, imagesPerClass }, options)),
        );
        if (!arrived && replaced && get().undo === undo) get().takeBack();
        return arrived;
      },

      createClass(name) {
        const problem = nameProblem(get(), name, null);
        if (problem === null) set(withClass(get(), name.trim()));
        return problem;
      },

      renameClass(id, name) {
        const problem = nameProblem(get(), name, id);
        if (problem !== null) return problem;
        const rename = (entry: { id: ClassId; name: string }) =>
          entry.id === id ? { ...entry, name: name.trim() } : entry;
        set({ classes: get().classes.map(rename) });
        return null;
      },

      mergeClasses(ids, into) {
        const others = ids.filter((id) => id !== into);
        const moved = others.flatMap((id) => imagesOf(get(), id).map((image) => image.id));
        const merged = others.reduce(withoutClass, withPlacement(get(), moved, into));
        const name = get().classes.find((entry) => entry.id === into)?.name ?? '';
        change(merged, `Merged ${others.length + 1} classes into “${name}”.`);
      },

      deleteClass(id) {
        const entry = get().classes.find((candidate) => candidate.id === id);
        if (!entry) return;
        const count = imagesOf(get(), id).length;
        change(withoutClass(get(), id), `Deleted “${entry.name}” with ${countOf(count, 'image')}.`);
      },

      moveImages(ids, to) {
        const name = get().classes.find((entry) => entry.id === to)?.name ?? '';
        change(
          withPlacement(get(), ids, to),
          `Moved ${countOf(ids.length, 'image')} to “${name}”.`,
        );
      },

      removeImages(ids) {
        const images = new Map(get().images);
        for (const id of ids) images.delete(id);
        const { classes, nextClass } = get();
        change({ classes, images, nextClass }, `Removed ${countOf(ids.length, 'image')}.`);
      },

      clear() {
        const { images, nextClass } = get();
        change({ ...emptyDataset(), nextClass }, `Removed all ${countOf(images.size, 'image')}.`);
      },

      takeBack() {
        const { undo } = get();
        if (!undo) return;
        set({ ...restored(get(), undo.before, (id) => retired.get(id)), undo: null });
        for (const id of get().images.keys()) retired.delete(id);
      },

      forgetUndo() {
        if (get().undo === null) return;
        set({ undo: null });
        get().sweep();
      },

      reject: (files) => set({ rejected: [...get().rejected, ...files] }),
      clearRejected: () => set({ rejected: [] }),
      clearAnimated: () => set({ animated: 0 }),
      dismissProblem: () => set({ problem: null }),
      retired: () => [...retired.values()],
      restore(contents, shown) {
        for (const image of shown) retired.set(image.id, image);
        set(contents);
      },
      find: (id) => get().images.get(id) ?? retired.get(id) ?? null,

      runClasses() {
        const groups = imagesByClass(get().images);
        return get().classes.map((entry) => {
          const images = groups.get(entry.id) ?? [];
          const alike = groupAlikes(images);
          const ids = images.map((image) => image.id);
          return { name: entry.name, images: ids, ...(alike.length > 0 && { groups: alike }) };
        });
      },

      missing: () => missingFrom(get()) ?? sameEverywhere(get()),

      receive(event) {
        if (event.type !== 'images.added') return;
        for (const image of event.images) arrivals.push(image);
      },

      sweep() {
        const undoable = new Set(get().undo?.removed);
        const isHeld = held();
        const ids = [...retired.keys()].filter((id) => !undoable.has(id) && !isHeld(id));
        if (ids.length === 0) return;
        for (const id of ids) {
          const image = retired.get(id);
          if (image) URL.revokeObjectURL(image.url);
          retired.delete(id);
        }
        trainer.request('images.release', { ids }).catch((error: unknown) => {
          set({ problem: sentence(error) });
        });
      },
    };
  });
}
