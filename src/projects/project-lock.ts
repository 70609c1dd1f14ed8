/** One tab a project: two would overwrite each other's work. */

const PATIENCE = 1500;

/**
 * Takes the project for this tab; returns what gives it back, which closing, reloading and
 * crashing do, too. Waits a moment, since a page that reloads meets itself. Null where another
 * tab has it.
 */
export async function takeProject(
  project: string,
  patience = PATIENCE,
): Promise<(() => void) | null> {
  const signal = AbortSignal.timeout(patience);
  return new Promise((resolve, reject) => {
    const hold = () => new Promise<void>((release) => resolve(release));
    navigator.locks.request(`project/${project}`, { signal }, hold).catch((error: unknown) => {
      if (signal.aborted) resolve(null);
      else reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
}
