/** One tab a project: two would overwrite each other's work. */

const PATIENCE = 1500;
/** Milliseconds in which the tab that has a project writes what is due and lets go of it. */
const HANDOVER = 5000;
const WISHES = 'san-studio/wanted-projects';

/** A project that this tab has. */
export interface Hold {
  /** Another tab wants it, or has taken it: nothing more is to be written. */
  readonly isLost: () => boolean;
  readonly release: () => void;
}

/**
 * Takes the project for this tab, until it is given back, which closing, reloading and crashing
 * do, too. Waits a moment, since a page that reloads meets itself. Null where another tab has it.
 * @param onLost Another tab wants it and waits for its release, or waits no longer.
 */
export async function takeProject(
  project: string,
  onLost: () => void = () => undefined,
  patience = PATIENCE,
): Promise<Hold | null> {
  let lost = false;
  const lose = (): void => {
    lost = true;
    onLost();
  };
  const unlock = await lock(project, lose, patience);
  if (!unlock) return null;
  const wishes = new BroadcastChannel(WISHES);
  wishes.addEventListener('message', ({ data }) => {
    if (data === project) lose();
  });
  const release = (): void => {
    wishes.close();
    unlock();
  };
  return { isLost: () => lost, release };
}

/** Asks the tab that has the project to let go of it, waits, and does without where no answer comes. */
export async function takeOverProject(project: string, patience = HANDOVER): Promise<Hold> {
  const wishes = new BroadcastChannel(WISHES);
  wishes.postMessage(project);
  wishes.close();
  const hold = await takeProject(project, undefined, patience);
  return hold ?? { isLost: () => false, release: await rob(project) };
}

/** Null where it is not to be had in time. */
function lock(
  project: string,
  onRobbed: () => void,
  patience: number,
): Promise<(() => void) | null> {
  const signal = AbortSignal.timeout(patience);
  return new Promise((resolve, reject) => {
    let held = false;
    const hold = (): Promise<void> => {
      held = true;
      return new Promise((unlock) => resolve(unlock));
    };
    navigator.locks.request(nameOf(project), { signal }, hold).catch((error: unknown) => {
      if (held) onRobbed();
      else if (signal.aborted) resolve(null);
      else reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
}

/** A tab that is frozen, or hangs, answers nobody. */
function rob(project: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const hold = (): Promise<void> => new Promise((unlock) => resolve(unlock));
    navigator.locks.request(nameOf(project), { steal: true }, hold).catch(reject);
  });
}

function nameOf(project: string): string {
  return `project/${project}`;
}
