import type { ImageInfo } from '../protocol.ts';
import {
  findClassNamed,
  withClass,
  withImages,
  type ClassId,
  type DatasetContents,
  type DatasetImage,
} from './dataset-contents.ts';

/** Where an import's images go: a class may be renamed while it is still arriving. */
export interface Destination {
  readonly target: ClassId | null;
  readonly names: Map<string, ClassId>;
}

/** Places new images, making the classes they name where those are not there yet. */
export function withArrivals(
  contents: DatasetContents,
  arrivals: readonly ImageInfo[],
  destination: Destination,
): DatasetContents {
  let next = contents;
  const placed: DatasetImage[] = [];
  for (const info of arrivals) {
    next = withDestinationClass(next, info.className, destination);
    const classId = classOf(next, info.className, destination);
    placed.push({ ...info, classId, url: URL.createObjectURL(info.thumbnail) });
  }
  return withImages(next, placed);
}

function withDestinationClass(
  contents: DatasetContents,
  name: string | null,
  destination: Destination,
): DatasetContents {
  if (name === null || classOf(contents, name, destination) !== null) return contents;
  return withClass(contents, name);
}

function classOf(
  contents: DatasetContents,
  name: string | null,
  { target, names }: Destination,
): ClassId | null {
  const exists = (id: ClassId | null | undefined) =>
    contents.classes.some((entry) => entry.id === id);
  if (target !== null && exists(target)) return target;
  if (name === null) return null;
  const known = names.get(name);
  if (known !== undefined && exists(known)) return known;
  const found = findClassNamed(contents, name)?.id ?? null;
  if (found !== null) names.set(name, found);
  return found;
}
