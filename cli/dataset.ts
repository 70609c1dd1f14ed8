import { basename } from 'node:path';
import type { Catalog, DemoCard, ImageId, RunClass } from '../src/protocol.ts';
import { formatTable, tell } from './console.ts';
import type { TrainingCall } from './arguments.ts';
import { readClassFolders } from './folders.ts';
import type { ClassFolder } from './folders.ts';
import type { TrainerPage } from './trainer-page.ts';
import { UsageError } from './usage.ts';

/** A demo task instead of folders: `--data demo:NAME`. */
interface DemoData {
  readonly kind: 'demo';
  readonly name: string;
}

/** The folders a call names, read but not yet imported. */
interface DataFolders {
  readonly kind: 'folders';
  readonly training: readonly ClassFolder[];
  /** Class name → its validation images; null where a share is split off. */
  readonly validation: ReadonlyMap<string, ClassFolder> | null;
}

export type TrainingData = DataFolders | DemoData;

const demoPrefix = 'demo:';

/** Throws `UsageError` where a folder is missing or the validation folder has other classes. */
export async function readData(
  call: Pick<TrainingCall, 'data' | 'validation' | 'maxPerClass'>,
): Promise<TrainingData> {
  if (call.data.startsWith(demoPrefix)) {
    return { kind: 'demo', name: call.data.slice(demoPrefix.length) };
  }
  const training = await readClassFolders(call.data, call.maxPerClass);
  if (training.length === 0) {
    throw new UsageError(`"${call.data}" must hold class folders with images; it holds none.`);
  }
  if (call.validation?.kind !== 'folder') return { kind: 'folders', training, validation: null };
  const { folder } = call.validation;
  const held = await readClassFolders(folder, call.maxPerClass);
  const names = training.map(({ name }) => name);
  const differing = [
    ...names.filter((name) => !held.some((other) => other.name === name)),
    ...held.filter(({ name }) => !names.includes(name)).map(({ name }) => name),
  ];
  if (differing.length > 0) {
    throw new UsageError(
      `"${folder}" must hold the same classes as "${call.data}"; these are in one of them only: ${differing.join(', ')}.`,
    );
  }
  return {
    kind: 'folders',
    training,
    validation: new Map(held.map((folder) => [folder.name, folder])),
  };
}

/** The demo task's card. Throws `UsageError` where the catalog has none of this name. */
export function findDemo(catalog: Catalog, name: string): DemoCard {
  const card = catalog.demos.find((demo) => demo.name === name);
  if (card) return card;
  const known = catalog.demos.map((demo) => `${demoPrefix}${demo.name}`).join(', ');
  throw new UsageError(`A demo task must be one of ${known}; got "${demoPrefix}${name}".`);
}

/** Draws a demo task in the page. */
export async function importDemo(
  page: TrainerPage,
  { name, imagesPerClass }: DemoCard,
  seed: number,
): Promise<readonly RunClass[]> {
  return (await page.ask('importDemo', { demo: name, seed, imagesPerClass })).classes;
}

/** Imports every folder into the page. Files that do not decode are told and left out. */
export async function importData(page: TrainerPage, data: DataFolders): Promise<RunClass[]> {
  const classes: RunClass[] = [];
  for (const folder of data.training) {
    const images = await importFolder(page, folder);
    const held = data.validation?.get(folder.name);
    const validation = held && (await importFolder(page, held));
    classes.push({ name: folder.name, images, ...(validation && { validation }) });
  }
  return classes;
}

async function importFolder(page: TrainerPage, folder: ClassFolder): Promise<readonly ImageId[]> {
  const files = folder.files.map((path) =>
    page.files.lend(path, `${folder.name}/${basename(path)}`),
  );
  const { ids, rejected } = await page.ask('importImages', { files, className: folder.name });
  if (rejected.length > 0) {
    tell(`${rejected.length} of ${files.length} files of "${folder.name}" were left out:`);
    tell(
      formatTable(
        ['file', 'reason'],
        rejected.map(({ path, reason }) => [path, reason]),
      ),
    );
  }
  return ids;
}
