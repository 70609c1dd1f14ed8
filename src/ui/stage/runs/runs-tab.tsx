import { useRace, useRun } from '../../studio-context.ts';
import { FailureNotice } from '../failure-notice.tsx';
import styles from '../stage.module.css';
import { CompareTwo } from './compare/compare-two.tsx';
import { RunList } from './list/run-list.tsx';
import { RaceCard } from './race/race-card.tsx';
import { RaceCurves } from './race/race-curves.tsx';
import { RaceResults } from './race/race-results.tsx';

/** Methods raced against each other, and every run of the project, side by side. */
export function RunsTab() {
  const phase = useRace((state) => state.phase);
  const raced = useRace((state) => state.rows.length > 0);
  const several = useRun((state) => state.finished.length > 1);
  const failure = useRace((state) => state.failure);
  const ended = phase === 'finished' || phase === 'stopped';
  return (
    <div className={styles.stack}>
      <FailureNotice title="The race ended early" failure={failure} />
      {!ended && <RaceCard />}
      {raced && (
        <>
          <RaceResults />
          <RaceCurves />
        </>
      )}
      {ended && <RaceCard />}
      <RunList />
      {several && <CompareTwo />}
    </div>
  );
}
