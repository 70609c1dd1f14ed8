/**
 * The index of all projects, in IndexedDB: what is in them, and under which names. A change is
 * one transaction, so that a crash leaves a project as it was before or as it is after.
 */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import {
  EMPTY_DATASET,
  EMPTY_SETTINGS,
  type BackboneRecord,
  type ImageRecord,
  type KeptDataset,
  type KeptSettings,
  type ProjectChanges,
  type ProjectContents,
  type ProjectInfo,
  type RunEntry,
} from './records.ts';

interface Schema extends DBSchema {
  projects: { key: string; value: ProjectInfo };
  datasets: { key: string; value: KeptDataset };
  settings: { key: string; value: KeptSettings };
  images: { key: [string, number]; value: ImageRecord };
  runs: { key: [string, number]; value: RunEntry };
  backbones: { key: [string, string]; value: BackboneRecord };
}

const NAME = 'san-studio';
const VERSION = 1;
const STORES = ['projects', 'datasets', 'settings', 'images', 'runs', 'backbones'] as const;
const BY_PROJECT = ['images', 'runs', 'backbones'] as const;

type Transaction = IDBPTransaction<Schema, typeof STORES, 'readwrite'>;

export class ProjectIndex {
  readonly #database: IDBPDatabase<Schema>;

  /** Rejects where the browser keeps no databases, as some private windows do. */
  static async open(name = NAME): Promise<ProjectIndex> {
    const database = await openDB<Schema>(name, VERSION, {
      // A newer version adds its own step; none is ever taken away.
      upgrade(made, oldVersion) {
        if (oldVersion < 1) for (const store of STORES) made.createObjectStore(store);
      },
      // Another tab needs a newer form; this one has written all it had.
      blocking: (_current, _wanted, event) => {
        if (event.target instanceof IDBDatabase) event.target.close();
      },
    });
    return new ProjectIndex(database);
  }

  private constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  /** Newest change first. */
  async list(): Promise<ProjectInfo[]> {
    const projects = await this.#database.getAll('projects');
    return projects.sort((a, b) => b.changedAt - a.changedAt);
  }

  async load(project: string): Promise<ProjectContents> {
    const transaction = this.#database.transaction(STORES, 'readonly');
    const all = rangeOf(project);
    const [dataset, settings, images, runs, backbones] = await Promise.all([
      transaction.objectStore('datasets').get(project),
      transaction.objectStore('settings').get(project),
      transaction.objectStore('images').getAll(all),
      transaction.objectStore('runs').getAll(all),
      transaction.objectStore('backbones').getAll(all),
      transaction.done,
    ]);
    return {
      dataset: dataset ?? EMPTY_DATASET,
      settings: settings ?? EMPTY_SETTINGS,
      ...{ images, runs, backbones },
    };
  }

  /** Adds a project with what is in it. */
  add(info: ProjectInfo, contents: ProjectChanges): Promise<void> {
    return this.#change(async (transaction) => {
      await transaction.objectStore('projects').put(info, info.id);
      await write(transaction, info.id, contents);
    });
  }

  /** Writes all changes of a project, or none where it fails; of one that was deleted, none. */
  save(project: string, changes: ProjectChanges, now = Date.now()): Promise<void> {
    return this.#change(async (transaction) => {
      const projects = transaction.objectStore('projects');
      const info = await projects.get(project);
      if (!info) return;
      await projects.put({ ...info, changedAt: now }, project);
      await write(transaction, project, changes);
    });
  }

  rename(project: string, name: string): Promise<void> {
    return this.#change(async (transaction) => {
      const projects = transaction.objectStore('projects');
      const info = await projects.get(project);
      if (info) await projects.put({ ...info, name }, project);
    });
  }

  remove(project: string): Promise<void> {
    return this.#change(async (transaction) => {
      for (const store of ['projects', 'datasets', 'settings'] as const) {
        await transaction.objectStore(store).delete(project);
      }
      for (const store of BY_PROJECT) await transaction.objectStore(store).delete(rangeOf(project));
    });
  }

  close(): void {
    this.#database.close();
  }

  async #change(work: (transaction: Transaction) => Promise<void>): Promise<void> {
    const transaction = this.#database.transaction(STORES, 'readwrite');
    const done = transaction.done;
    try {
      await work(transaction);
    } catch (error) {
      done.catch(() => undefined);
      if (!transaction.error) transaction.abort();
      throw error;
    }
    await done;
  }
}

async function write(
  transaction: Transaction,
  project: string,
  changes: ProjectChanges,
): Promise<void> {
  const { dataset, settings } = changes;
  const images = transaction.objectStore('images');
  const runs = transaction.objectStore('runs');
  const backbones = transaction.objectStore('backbones');
  await Promise.all([
    dataset && transaction.objectStore('datasets').put(dataset, project),
    settings && transaction.objectStore('settings').put(settings, project),
    ...(changes.images ?? []).map((image) => images.put(image, [project, image.id])),
    ...(changes.imagesGone ?? []).map((id) => images.delete([project, id])),
    ...(changes.runs ?? []).map((run) => runs.put(run, [project, run.start.runId])),
    ...(changes.runsGone ?? []).map((id) => runs.delete([project, id])),
    ...(changes.backbones ?? []).map((one) => backbones.put(one, [project, one.hash])),
    ...(changes.backbonesGone ?? []).map((hash) => backbones.delete([project, hash])),
  ]);
}

/** All keys that begin with the project: an array sorts behind every number and string. */
function rangeOf(project: string): IDBKeyRange {
  return IDBKeyRange.bound([project], [project, []]);
}
