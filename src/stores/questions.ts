/** What a person is asked before something is lost. */
import type { AppStore } from './app.ts';
import type { RunStore } from './run.ts';

export function mayReplace(app: AppStore, demo: string): Promise<boolean> {
  return app.getState().ask({
    title: 'Replace your images?',
    text: `The demo “${demo}” takes the place of the images and classes that are here now. You can undo this.`,
    confirm: 'Replace them',
  });
}

/** Only one run can wait to go on. */
export async function mayGiveUp(run: RunStore, app: AppStore): Promise<boolean> {
  if (run.getState().place === null) return true;
  return app.getState().ask({
    title: 'Give up the interrupted run?',
    text: 'A run was interrupted and could go on where it was. Once another one begins, it cannot.',
    confirm: 'Start anew',
  });
}
