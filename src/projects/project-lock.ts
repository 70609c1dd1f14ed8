/** One tab a project: two would overwrite each other's work. */

const PATIENCE = 1500;

/**
 * Takes the project for this tab; it is given back when the tab closes, reloads or crashes.
 * Waits a moment, since a page that reloads meets itself. False where another tab has it.
 */
export async function takeProject(project: string, patience = PATIENCE): Promise<boolean> {
  const signal = AbortSignal.timeout(patience);
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(`project/${project}`, { signal }, () => {
        resolve(true);
        return new Promise<void>(() => undefined);
      })
      .catch((error: unknown) => {
        if (signal.aborted) resolve(false);
        else reject(error instanceof Error ? error : new Error(String(error)));
      });
  });
}
