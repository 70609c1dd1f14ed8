import { saveText } from '../../../charts/save-file.ts';
import { Button } from '../../../components/button.tsx';
import { Card } from '../../../components/card.tsx';
import { Disclosure } from '../../../components/disclosure.tsx';
import { Help } from '../../../components/help.tsx';
import { useRace } from '../../../studio-context.ts';
import { raceCsv } from './race-csv.ts';
import { RaceFailures } from './race-failures.tsx';
import styles from './race-results.module.css';
import { RaceTable } from './race-table.tsx';
import { verdict } from './race-words.ts';
import { TuningTable } from './tuning-table.tsx';

/** What the race has shown so far, and at its end who won, if anybody did. */
export function RaceResults() {
  const rows = useRace((state) => state.rows);
  const phase = useRace((state) => state.phase);
  const tuning = useRace((state) => state.tuning);
  const title = phase === 'racing' ? 'The race so far' : 'Which method is best?';
  return (
    <Card
      title={title}
      actions={
        <Button
          variant="quiet"
          aria-label="Download the table of the race as CSV"
          onClick={() => saveText(raceCsv(rows), 'race.csv')}
        >
          CSV
        </Button>
      }
    >
      <RaceTable rows={rows} ranked={phase !== 'racing'} />
      <Verdict />
      <RaceFailures />
      {tuning.length > 0 && (
        <Disclosure label="How the learning rates were found">
          <TuningTable records={tuning} />
        </Disclosure>
      )}
    </Card>
  );
}

function Verdict() {
  const words = verdict(useRace((state) => state));
  const single = useRace(({ rows }) => rows.every(({ perSeed }) => perSeed.length < 2));
  return (
    <>
      {words !== null && <p className={styles.verdict}>{words}</p>}
      <p className={styles.note}>
        {single
          ? 'A range says what other images of the same kind would give. How much a method owes to the luck of one run shows only with several runs per method.'
          : 'A range says what other images of the same kind and other seeds would give.'}
        <Help about="a range here">
          In 95 of 100 cases a range made this way holds the true value. It does not cover other
          training images or another backbone. Differences are paired: they compare the methods
          image by image and seed by seed, so they can be surer than the overlap of two ranges
          suggests.
        </Help>
      </p>
    </>
  );
}
