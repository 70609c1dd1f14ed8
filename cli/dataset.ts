import { basename } from 'node:path';
import { countOf } from '../src/lib/format.ts';
import { groupAlikes, type WithAlikes } from '../src/lib/look-alikes.ts';
import type { Catalog, DemoCard, RunClass } from '../src/protocol.ts';
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

/**
 * Imports every folder into the page. Files that do not decode are told and left out, and so is
 * told what looks almost the same.
 */
export async function importData(page: TrainerPage, data: DataFolders): Promise<RunClass[]> {
  const classes: RunClass[] = [];
  let [alike, crossing] = [0, 0];
  for (const folder of data.training) {
    const seen = await importFolder(page, folder);
    const held = data.validation?.get(folder.name);
    const seenHeld = held ? await importFolder(page, held) : [];
    const images = seen.map(({ id }) => id);
    const validation = seenHeld.map(({ id }) => id);
    const groups = groupAlikes([...seen, ...seenHeld]);
    classes.push({
      name: folder.name,
      images,
      ...(held ? { validation } : groups.length > 0 && { groups }),
    });
    alike += groups.flat().length;
    const training = new Set(images);
    crossing += groups.filter(
      (group) => new Set(group.map((id) => training.has(id))).size > 1,
    ).length;
  }
  tellAlikes(alike, crossing, data.validation !== null);
  return classes;
}

function tellAlikes(alike: number, crossing: number, given: boolean): void {
  if (alike === 0) return;
  const found = `${countOf(alike, 'image')} look almost the same as another of its class.`;
  if (!given) tell(`${found} Each such group stays on one side of the split.`);
  else if (crossing > 0) {
    tell(
      `${found} ${countOf(crossing, 'group')} of them lie in the training and the validation folder: the accuracy will be flattered.`,
    );
  }
}

async function importFolder(
  page: TrainerPage,
  folder: ClassFolder,
): Promise<readonly WithAlikes[]> {
  const files = folder.files.map((path) =>
    page.files.lend(path, `${folder.name}/${basename(path)}`),
  );
  const { images, animated, rejected } = await page.ask('importImages', {
    files,
    className: folder.name,
  });
  if (animated > 0) {
    tell(`${countOf(animated, 'animated file')} of "${folder.name}": the first frame was taken.`);
  }
  if (rejected.length > 0) {
    tell(`${rejected.length} of ${files.length} files of "${folder.name}" were left out:`);
    tell(
      formatTable(
        ['file', 'reason'],
        rejected.map(({ path, reason }) => [path, reason]),
      ),
    );
  }
  return images;
}
