/** A project's files as the page sees them: to be copied, packed and deleted. The worker writes what is new. */

const FOLDER = 'projects';

/** What a file belongs to. */
export type FileKind = 'images' | 'runs';

export interface ProjectFile {
  readonly kind: FileKind;
  readonly name: string;
  readonly file: File;
}

async function projects(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

async function folder(project: string, kind: FileKind): Promise<FileSystemDirectoryHandle> {
  const own = await (await projects()).getDirectoryHandle(project, { create: true });
  return own.getDirectoryHandle(kind, { create: true });
}

/** All files of a project, one after the other. */
export async function* filesOf(project: string): AsyncGenerator<ProjectFile> {
  for (const kind of ['images', 'runs'] as const) {
    for await (const [name, handle] of (await folder(project, kind)).entries()) {
      if (!(handle instanceof FileSystemFileHandle)) continue;
      yield { kind, name, file: await handle.getFile() };
    }
  }
}

/** Writes a file aside and puts it in its place when it is whole. */
export async function writeFile(
  project: string,
  kind: FileKind,
  name: string,
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  const handle = await (await folder(project, kind)).getFileHandle(name, { create: true });
  await source.pipeTo(await handle.createWritable());
}

/** Deletes all files of a project; one that has none is passed over. */
export async function removeFiles(project: string): Promise<void> {
  const all = await projects();
  await all.removeEntry(project, { recursive: true }).catch(() => undefined);
}
