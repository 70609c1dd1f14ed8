/** What the browser says of the room there is, and of how long it keeps what is in it. */

export interface Room {
  /** In bytes. */
  readonly used: number;
  /** In bytes; what is left of the browser's own limit, which may be more than the disk has. */
  readonly left: number;
  /** It deletes nothing unasked when the disk runs full. */
  readonly lasting: boolean;
}

/** Null where the browser does not say. */
export async function roomLeft(): Promise<Room | null> {
  try {
    const { usage = 0, quota = 0 } = await navigator.storage.estimate();
    return { used: usage, left: quota - usage, lasting: await navigator.storage.persisted() };
  } catch {
    return null;
  }
}

/** Asks the browser to delete nothing unasked; some ask the person, so it wants a good moment. */
export async function askToLast(): Promise<void> {
  await navigator.storage.persist().catch(() => false);
}

/** Why something failed that writes to the browser's storage: `outcome` is what came of it, as the middle of a sentence. */
export function storageProblem(error: unknown, outcome: string): string {
  const full = error instanceof DOMException && error.name === 'QuotaExceededError';
  if (full) {
    return `The browser’s storage is full: ${outcome}. What was kept before is safe. Free disk space, or delete runs or a project that you do not need.`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return `In the browser’s storage ${outcome} (${reason}). What was kept before is safe.`;
}
