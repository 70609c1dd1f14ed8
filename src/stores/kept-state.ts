/** What of the stores is kept in a project, and what has changed of it. */
import { isObject } from '../lib/json-fields.ts';
import type { BackboneSource, ImageId } from '../protocol.ts';
import {
  EMPTY_DATASET,
  EMPTY_SETTINGS,
  type ImageRecord,
  type KeptDataset,
  type KeptSettings,
  type ProjectChanges,
} from '../projects/records.ts';
import type { ConfigStore } from './config.ts';
import type { DatasetImage } from './dataset-contents.ts';
import type { DatasetStore } from './dataset.ts';
import { raceToKeep } from './kept-race.ts';
import type { RaceStore } from './race.ts';
import type { RunStore } from './run.ts';
import type { FinishedRun } from './runs.ts';

/** The stores whose contents are kept. */
export interface KeptStores {
  readonly dataset: DatasetStore;
  readonly config: ConfigStore;
  readonly run: RunStore;
  readonly race: RaceStore;
}

/** All of it at one moment. Nothing in it ever changes: what does is a new object. */
export interface KeptState {
  readonly images: ReadonlyMap<ImageId, DatasetImage>;
  readonly runs: ReadonlyMap<number, FinishedRun>;
  /** Hash → where the backbone comes from; of the chosen one and of those that runs stand on. */
  readonly sources: ReadonlyMap<string, BackboneSource>;
  readonly dataset: KeptDataset;
  readonly settings: KeptSettings;
}

export const NOTHING_KEPT: KeptState = {
  images: new Map(),
  runs: new Map(),
  sources: new Map(),
  dataset: EMPTY_DATASET,
  settings: EMPTY_SETTINGS,
};

/** What an earlier session had open, until it is open again or could not be. */
export interface Reopening {
  readonly backbone: string | null;
  readonly run: number | null;
}

/** What of the stores the kept state is made of: as long as none of it is another, nothing has changed. */
export function keptParts({ dataset, config, run, race }: KeptStores): readonly unknown[] {
  const { classes, images, nextClass } = dataset.getState();
  const { backbone, sources, method, touchedOptions, touchedTraining, suggestedTraining } =
    config.getState();
  const { finished, opened, unfinished } = run.getState();
  const { phase, entries, tuning } = race.getState();
  return [
    ...[classes, images, nextClass, backbone, sources, method],
    ...[touchedOptions, touchedTraining, suggestedTraining, finished, opened, unfinished],
    ...[phase, entries, tuning],
  ];
}

/** The present state; numbers that an earlier one has given are not given again. */
export function keptState(stores: KeptStores, earlier: KeptState, reopening: Reopening): KeptState {
  const { classes, images, nextClass, retired } = stores.dataset.getState();
  const { finished, opened, unfinished } = stores.run.getState();
  const config = stores.config.getState();
  const all = [...images.values(), ...retired()].filter(({ file }) => file !== undefined);
  const order = all.flatMap(({ id }) => (images.has(id) ? [id] : []));
  const backbone = config.backbone?.hash ?? reopening.backbone;
  const runs = [...finished, ...(unfinished ? [unfinished] : [])];
  const hashes = [backbone, ...runs.map((run) => run.config.backbone)];
  const sources = [...new Set(hashes)].flatMap((hash) => {
    const source = config.sources[hash ?? ''];
    return hash && source ? [[hash, source] as const] : [];
  });
  const { method, touchedOptions, touchedTraining, suggestedTraining } = config;
  return {
    images: new Map(all.map((image) => [image.id, image])),
    runs: new Map(finished.map((run) => [run.start.runId, run])),
    sources: new Map(sources),
    dataset: {
      ...{ classes, nextClass, order },
      nextImage: next(
        earlier.dataset.nextImage,
        all.map(({ id }) => id),
      ),
    },
    settings: {
      ...{ method, touchedOptions, touchedTraining, suggestedTraining, backbone },
      ...{ opened: opened ?? reopening.run, unfinished },
      race: raceToKeep(stores.race.getState()),
      nextRun: next(earlier.settings.nextRun, [
        ...finished.map(({ start }) => start.runId),
        ...(unfinished ? [unfinished.runId] : []),
      ]),
    },
  };
}

/** What takes an index that holds `before` to `now`; null where nothing does. */
export function changesBetween(before: KeptState, now: KeptState): ProjectChanges | null {
  const changes: ProjectChanges = {
    ...(alike(before.dataset, now.dataset) ? {} : { dataset: now.dataset }),
    ...(alike(before.settings, now.settings) ? {} : { settings: now.settings }),
    images: changed(before.images, now.images).flatMap(recordOf),
    imagesGone: gone(before.images, now.images),
    runs: changed(before.runs, now.runs),
    runsGone: gone(before.runs, now.runs),
    backbones: changed(before.sources, now.sources).length === 0 ? [] : backbonesOf(before, now),
    backbonesGone: gone(before.sources, now.sources),
  };
  const some = Object.values(changes).some((part) => !Array.isArray(part) || part.length > 0);
  return some ? changes : null;
}

function backbonesOf(before: KeptState, now: KeptState) {
  return [...now.sources].flatMap(([hash, source]) =>
    before.sources.get(hash) === source ? [] : [{ hash, source }],
  );
}

function recordOf({
  id,
  path,
  width,
  height,
  classId,
  file,
  ...seen
}: DatasetImage): ImageRecord[] {
  const { thumbnail, look, alike } = seen;
  return file ? [{ id, path, width, height, thumbnail, look, alike, file, classId }] : [];
}

function next(least: number, given: readonly number[]): number {
  return given.reduce((highest, id) => Math.max(highest, id + 1), least);
}

function changed<K, V>(before: ReadonlyMap<K, V>, now: ReadonlyMap<K, V>): V[] {
  return [...now].flatMap(([key, value]) => (before.get(key) === value ? [] : [value]));
}

function gone<K>(before: ReadonlyMap<K, unknown>, now: ReadonlyMap<K, unknown>): K[] {
  return [...before.keys()].filter((key) => !now.has(key));
}

/** Equal field by field, lists item by item. */
function alike(a: object, b: object): boolean {
  const [one, other] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  return one.length === other.size && one.every(([key, value]) => same(value, other.get(key)));
}

function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => item === b[index]);
  }
  return a === b || (isObject(a) && isObject(b) && alike(a, b));
}
