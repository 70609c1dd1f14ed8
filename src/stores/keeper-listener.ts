import type { KeeperListener } from '../client/page-keeper.ts';
import { isRunning } from './run.ts';
import type { Studio } from './studio.ts';

const NEWER = 'There is a newer version of this page. It comes at your next visit.';

/** What the service worker has to say, told to the stores. A newer version never ends a training. */
export function keeperListener(studio: Studio): KeeperListener {
  const { app, privacy, run } = studio;
  const isBusy = () => isRunning(run.getState().phase) || studio.race.getState().phase === 'racing';
  return {
    onWatching: () => privacy.getState().setWatch({ phase: 'watching' }),
    onImpossible: (reason) => privacy.getState().setWatch({ phase: 'impossible', reason }),
    onSent: (request) => privacy.getState().count(request),
    onNewer(apply) {
      const applyWhenFree = () => {
        if (isBusy()) app.getState().notify(`${NEWER} The training goes on.`);
        else apply();
      };
      app.getState().notify(NEWER, { label: 'Reload now', run: applyWhenFree });
    },
  };
}
