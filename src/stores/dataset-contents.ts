import type { ImageId, ImageInfo, RunClass } from '../protocol.ts';

export type ClassId = number;

export interface DatasetClass {
  readonly id: ClassId;
  readonly name: string;
}

export interface DatasetImage extends ImageInfo {
  /** Null: not sorted into a class yet, so not trained on. */
  readonly classId: ClassId | null;
  /** Object URL of the thumbnail. */
  readonly url: string;
}

export interface DatasetContents {
  readonly classes: readonly DatasetClass[];
  readonly images: ReadonlyMap<ImageId, DatasetImage>;
  readonly nextClass: ClassId;
}

const LONGEST_NAME = 80;

export function emptyDataset(): DatasetContents {
  return { classes: [], images: new Map(), nextClass: 1 };
}

export function imagesOf(contents: DatasetContents, classId: ClassId | null): DatasetImage[] {
  return [...contents.images.values()].filter((image) => image.classId === classId);
}

/** All images by class, in one pass; unsorted ones under null. */
export function imagesByClass(
  images: DatasetContents['images'],
): ReadonlyMap<ClassId | null, readonly DatasetImage[]> {
  const groups = new Map<ClassId | null, DatasetImage[]>();
  for (const image of images.values()) {
    const group = groups.get(image.classId);
    if (group) group.push(image);
    else groups.set(image.classId, [image]);
  }
  return groups;
}

/** Names differ by more than case: most disks could not hold both folders. */
export function findClassNamed(contents: DatasetContents, name: string): DatasetClass | null {
  const wanted = canonical(name);
  return contents.classes.find((entry) => canonical(entry.name) === wanted) ?? null;
}

/** Why a class may not have this name; null where it may. `self` is the class being renamed. */
export function nameProblem(
  contents: DatasetContents,
  name: string,
  self: ClassId | null,
): string | null {
  const trimmed = name.trim();
  if (trimmed === '') return 'A class needs a name.';
  if (trimmed.length > LONGEST_NAME) {
    return `A class name has at most ${LONGEST_NAME} characters; this one has ${trimmed.length}.`;
  }
  const other = findClassNamed(contents, trimmed);
  if (other && other.id !== self) return `There is already a class “${other.name}”.`;
  return null;
}

export function withClass(contents: DatasetContents, name: string): DatasetContents {
  const entry = { id: contents.nextClass, name };
  return { ...contents, classes: [...contents.classes, entry], nextClass: entry.id + 1 };
}

/** Takes the class and its images away. */
export function withoutClass(contents: DatasetContents, id: ClassId): DatasetContents {
  return {
    nextClass: contents.nextClass,
    classes: contents.classes.filter((entry) => entry.id !== id),
    images: new Map([...contents.images].filter(([, image]) => image.classId !== id)),
  };
}

export function withImages(
  contents: DatasetContents,
  added: readonly DatasetImage[],
): DatasetContents {
  const images = new Map(contents.images);
  for (const image of added) images.set(image.id, image);
  return { classes: contents.classes, nextClass: contents.nextClass, images };
}

export function withPlacement(
  contents: DatasetContents,
  ids: readonly ImageId[],
  classId: ClassId,
): DatasetContents {
  const moved = ids.flatMap((id) => {
    const image = contents.images.get(id);
    return image ? [{ ...image, classId }] : [];
  });
  return withImages(contents, moved);
}

/**
 * Takes a change back without touching what happened since: images and classes that were there
 * before return to their places, newer ones stay where they are.
 */
export function restored(
  now: DatasetContents,
  before: DatasetContents,
  retired: (id: ImageId) => DatasetImage | undefined,
): DatasetContents {
  const classes = [...before.classes.map((entry) => find(now, entry.id) ?? entry)];
  const added = now.classes.filter((entry) => !classes.some(({ id }) => id === entry.id));
  const images = new Map<ImageId, DatasetImage>();
  for (const [id, image] of before.images) {
    if (now.images.has(id) || retired(id)) images.set(id, image);
  }
  for (const [id, image] of now.images) if (!images.has(id)) images.set(id, image);
  const all = withDistinctNames([...classes, ...added]);
  return { classes: all, images, nextClass: Math.max(now.nextClass, before.nextClass) };
}

/** What a run still needs, as a sentence; null where nothing is missing. */
export function missingFrom(contents: DatasetContents): string | null {
  const groups = imagesByClass(contents.images);
  const countOf = (id: ClassId) => groups.get(id)?.length ?? 0;
  if (contents.images.size === 0) return 'Needs images: at least two classes with two each.';
  if (contents.classes.length < 2) {
    const has = contents.classes.length === 1 ? 'there is one' : 'there is none';
    return `Needs at least two classes with two images each; ${has}.`;
  }
  const small = contents.classes.find((entry) => countOf(entry.id) < 2);
  if (!small) return null;
  if (countOf(small.id) === 0)
    return `“${small.name}” has no images: give it at least two or delete it.`;
  return `“${small.name}” has one image: every class needs at least two.`;
}

/** Whether any image of a run has another class by now, or is gone. */
export function hasOtherLabels(run: readonly RunClass[], contents: DatasetContents): boolean {
  const names = new Map(contents.classes.map(({ id, name }) => [id, name]));
  return run.some(({ name, images, validation = [] }) =>
    [...images, ...validation].some((id) => {
      const classId = contents.images.get(id)?.classId ?? null;
      return classId === null || names.get(classId) !== name;
    }),
  );
}

function find(contents: DatasetContents, id: ClassId): DatasetClass | undefined {
  return contents.classes.find((entry) => entry.id === id);
}

function withDistinctNames(classes: readonly DatasetClass[]): DatasetClass[] {
  const taken = new Set<string>();
  return classes.map((entry) => {
    let name = entry.name;
    for (let copy = 2; taken.has(canonical(name)); copy += 1) name = `${entry.name} ${copy}`;
    taken.add(canonical(name));
    return name === entry.name ? entry : { ...entry, name };
  });
}

function canonical(name: string): string {
  return name.trim().normalize('NFC').toLocaleLowerCase();
}
