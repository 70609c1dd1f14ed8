import { ADAPTER_NAME, looksTrained } from '../../lib/trained-model-file.ts';
import type { ImportItem } from '../../protocol.ts';
import type { NamedFile } from '../../stores/results.ts';

export interface TrainedDrop extends NamedFile {
  /** What lies in the same folder. */
  readonly beside: readonly NamedFile[];
}

/** The trained model among files: one alone, or an adapter in the unpacked folder it was exported in; null where there is none. */
export async function trainedAmong(items: readonly ImportItem[]): Promise<TrainedDrop | null> {
  const [only] = items;
  const found =
    items.length === 1 ? only : items.find(({ path }) => baseName(path) === ADAPTER_NAME);
  if (!found || !(await looksTrained(found.file, found.path))) return null;
  return { name: found.path, file: found.file, beside: besideOf(found.path, items) };
}

function besideOf(path: string, items: readonly ImportItem[]): NamedFile[] {
  const folder = path.slice(0, path.length - baseName(path).length);
  return items
    .filter((other) => other.path !== path && other.path === folder + baseName(other.path))
    .map(({ file, path: place }) => ({ name: baseName(place), file }));
}

const baseName = (path: string): string => path.split('/').pop() ?? '';
