import { Card } from '../../../components/card.tsx';
import { Disclosure } from '../../../components/disclosure.tsx';
import { Notice } from '../../../components/notice.tsx';
import { useRace } from '../../../studio-context.ts';
import styles from './race-card.module.css';
import { RaceForm } from './race-form.tsx';
import { RaceProgress } from './race-progress.tsx';

/** Sets up a race, or shows where it stands; once it has ended another is a press away. */
export function RaceCard() {
  const phase = useRace((state) => state.phase);
  const failure = useRace((state) => state.failure);
  const ended = phase === 'finished' || phase === 'stopped';
  return (
    <Card title={ended ? 'Compare again' : 'Compare methods'}>
      <p className={styles.what}>
        A race trains each chosen method on the same images and judges all of them by the same
        validation images, so that only the method differs.
      </p>
      {ended && failure && (
        <Notice tone="error" title="The race could not go on">
          {failure.message}
        </Notice>
      )}
      {phase === 'idle' && <RaceForm />}
      {phase === 'racing' && <RaceProgress />}
      {ended && (
        <Disclosure label="Set up another race">
          <RaceForm />
        </Disclosure>
      )}
    </Card>
  );
}
