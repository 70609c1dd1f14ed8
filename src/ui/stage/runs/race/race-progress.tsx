import { countOf } from '../../../../lib/format.ts';
import type { RaceEntry } from '../../../../stores/race.ts';
import { Button } from '../../../components/button.tsx';
import { Progress } from '../../../components/progress.tsx';
import { useApp, useCatalog, useRace } from '../../../studio-context.ts';
import { methodLabel } from '../run-names.ts';
import styles from './race-card.module.css';

/** Which run of how many, and the way to stop. */
export function RaceProgress() {
  const entries = useRace((state) => state.entries);
  const tried = useRace((state) => state.tuning.length);
  const stop = useRace((state) => state.stop);
  const setTab = useApp((state) => state.setTab);
  const methods = useCatalog((state) => state.methods);
  const done = entries.filter(isOver).length;
  const now = entries.find(({ state }) => state === 'running' || state === 'tuning');
  const label = now ? activity(now, methodLabel(now.method, methods)) : 'Preparing the next run';
  const runs = `${done} of ${countOf(entries.length, 'run')} done`;
  const detail = now?.state === 'tuning' ? `${countOf(tried, 'rate')} tried, ${runs}` : runs;
  return (
    <div className={styles.progress}>
      <Progress label={label} done={done} total={entries.length} detail={detail} />
      <div className={styles.action}>
        <Button onClick={() => void stop()}>Stop the race</Button>
        <Button variant="quiet" onClick={() => setTab('live')}>
          Watch this run live
        </Button>
        <p className={styles.help}>What has been learned so far is kept when you stop.</p>
      </div>
    </div>
  );
}

function isOver({ state }: RaceEntry): boolean {
  return state === 'finished' || state === 'failed' || state === 'stopped';
}

function activity({ state, seed }: RaceEntry, method: string): string {
  if (state === 'tuning') return `Finding the learning rate of ${method}`;
  return `Training ${method} with seed ${seed}`;
}
