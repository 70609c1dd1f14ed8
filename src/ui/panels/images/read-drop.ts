import type { ImportItem, RejectedFile } from '../../../protocol.ts';

/** Files an operating system leaves beside images; nobody meant to drop them. */
const CLUTTER = /(^|\/)(\.[^/]+|__MACOSX|Thumbs\.db|desktop\.ini)(\/|$)/i;

export interface Drop {
  readonly items: readonly ImportItem[];
  /** Files the browser would not hand over. */
  readonly unreadable: readonly RejectedFile[];
}

/**
 * Everything in a drop, folders opened, paths as the person sees them ("leaves/oak/1.jpg").
 * Must be called in the drop event itself: the browser empties the list afterwards.
 */
export async function readDrop(transfer: DataTransfer): Promise<Drop> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return { items: fromFiles(transfer.files), unreadable: [] };
  const items: ImportItem[] = [];
  const unreadable: RejectedFile[] = [];
  for (const entry of entries) await collect(entry, items, unreadable);
  return { items, unreadable };
}

/** The choice of a file dialog, whole folders included. */
export function fromFiles(files: Iterable<File>): ImportItem[] {
  const items = Array.from(files, (file) => ({ file, path: file.webkitRelativePath || file.name }));
  return items.filter(isMeant);
}

function isMeant({ path }: ImportItem): boolean {
  return !CLUTTER.test(path);
}

async function collect(
  entry: FileSystemEntry,
  items: ImportItem[],
  unreadable: RejectedFile[],
): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '');
  if (CLUTTER.test(path)) return;
  try {
    if (isFile(entry)) items.push({ file: await readFile(entry), path });
    if (!isDirectory(entry)) return;
    for (const child of await readDirectory(entry)) await collect(child, items, unreadable);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    unreadable.push({ path, reason: `The browser could not read it: ${why}` });
  }
}

function readFile(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** `readEntries` gives at most 100 at a time and must be asked until it gives none. */
async function readDirectory(entry: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = entry.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
