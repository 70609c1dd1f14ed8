/**
 * A folder of the origin's private file system that lives as long as this worker. Each
 * session holds a lock named like its folder, so a later session can tell the folders of
 * open tabs from those that a closed or crashed tab left behind.
 */

export interface SessionFolder {
  /** Null where the browser has no private file system; then things stay in memory. */
  readonly directory: FileSystemDirectoryHandle | null;
  /** Deletes the folder. */
  readonly close: () => Promise<void>;
}

/** Takes a lock and returns the function that gives it back. */
function holdLock(name: string): Promise<() => void> {
  return new Promise((granted, failed) => {
    const held = navigator.locks.request(
      name,
      () => new Promise<void>((release) => granted(release)),
    );
    held.catch(failed);
  });
}

async function removeStale(sessions: FileSystemDirectoryHandle): Promise<void> {
  for await (const session of sessions.keys()) {
    await navigator.locks.request(
      `${sessions.name}/${session}`,
      { ifAvailable: true },
      async (lock) => {
        // What cannot be removed now is tried again by the next session.
        if (lock) await sessions.removeEntry(session, { recursive: true }).catch(() => undefined);
      },
    );
  }
}

async function openInFileSystem(folder: string): Promise<SessionFolder> {
  const root = await navigator.storage.getDirectory();
  const sessions = await root.getDirectoryHandle(folder, { create: true });
  await removeStale(sessions);
  const session = crypto.randomUUID();
  const release = await holdLock(`${folder}/${session}`);
  const directory = await sessions.getDirectoryHandle(session, { create: true });
  async function close(): Promise<void> {
    await sessions.removeEntry(session, { recursive: true }).catch(() => undefined);
    release();
  }
  return { directory, close };
}

/** Opens this session's folder of a kind and clears away those of sessions that are gone. */
export async function openSessionFolder(
  kind: 'image-sessions' | 'export-sessions',
): Promise<SessionFolder> {
  try {
    return await openInFileSystem(kind);
  } catch {
    // Insecure pages and some private windows have no private file system or no locks.
    return { directory: null, close: () => Promise.resolve() };
  }
}
