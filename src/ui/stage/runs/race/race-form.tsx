import { useId } from 'react';
import { countOf } from '../../../../lib/format.ts';
import { Button } from '../../../components/button.tsx';
import { Switch } from '../../../components/switch.tsx';
import { useRace } from '../../../studio-context.ts';
import { MethodChecks } from './method-checks.tsx';
import styles from './race-card.module.css';
import { SeedCount } from './seed-count.tsx';
import { useRaceMissing } from './use-race-missing.ts';

/** Which methods race, how often, and how their learning rates are found. */
export function RaceForm() {
  const { methods, seeds, tune } = useRace((state) => state.choice);
  const choose = useRace((state) => state.choose);
  const tuneHelp = useId();
  return (
    <div className={styles.form}>
      <MethodChecks chosen={methods} onChange={(names) => choose({ methods: names })} />
      <SeedCount value={seeds} onChange={(count) => choose({ seeds: count })} />
      <div className={styles.tune}>
        <Switch
          label="Find each method’s learning rate first"
          checked={tune}
          onChange={(on) => choose({ tune: on })}
          describedBy={tuneHelp}
        />
        <p id={tuneHelp} className={styles.help}>
          The learning rate is how large each correction is, and every method wants its own. Several
          are tried on a part of the training images; those that judge the race stay out of it.
          Fairer, but it takes longer.
        </p>
      </div>
      <StartRace />
    </div>
  );
}

function StartRace() {
  const { methods, seeds, tune } = useRace((state) => state.choice);
  const start = useRace((state) => state.start);
  const missing = useRaceMissing();
  const status = useId();
  const runs = countOf(methods.length * seeds, 'run');
  return (
    <div className={styles.action}>
      <Button
        variant="primary"
        disabled={missing !== null}
        aria-describedby={status}
        onClick={() => void start()}
      >
        Race
      </Button>
      <p id={status} className={styles.help} role="status">
        {missing ?? `${runs}${tune ? ', and trials before them to find the learning rates' : ''}`}
      </p>
    </div>
  );
}
