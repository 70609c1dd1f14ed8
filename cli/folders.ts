import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { UsageError } from './usage.ts';

/** What browsers are known to decode; other files in a class folder are left alone. */
const imageEndings = /\.(jpe?g|png|webp|avif|gif|bmp)$/i;

export interface ClassFolder {
  readonly name: string;
  /** Absolute or caller-relative paths, sorted. */
  readonly files: readonly string[];
}

/**
 * The class folders of `folder`, sorted by name, each with at most `maxPerClass` of its images,
 * the first ones in sorted order. Throws `UsageError` where `folder` is none.
 */
export async function readClassFolders(
  folder: string,
  maxPerClass: number,
): Promise<readonly ClassFolder[]> {
  await requireFolder(folder);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
  const classes = await Promise.all(
    names.map(async (name) => ({
      name,
      files: (await findImages(join(folder, name))).slice(0, maxPerClass),
    })),
  );
  return classes.filter(({ files }) => files.length > 0);
}

/** Every image under `folder`, at any depth, sorted by path. Throws `UsageError` where `folder` is none. */
export async function readImages(folder: string): Promise<readonly string[]> {
  await requireFolder(folder);
  return findImages(folder);
}

/** Throws `UsageError` where `folder` is no folder. */
export async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (!found) throw new UsageError(`There is no folder "${folder}".`);
  if (!found.isDirectory()) throw new UsageError(`"${folder}" must be a folder; it is a file.`);
}

/** Throws `UsageError` where `path` is no file. */
export async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new UsageError(`There is no file "${path}".`);
}

async function findImages(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && imageEndings.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !basename(path).startsWith('.'))
    .sort((a, b) => (relative(folder, a) < relative(folder, b) ? -1 : 1));
}
