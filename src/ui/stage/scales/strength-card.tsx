import { wilsonInterval } from '../../../lib/statistics.ts';
import { isRunning } from '../../../stores/run.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Select } from '../../components/select.tsx';
import { Slider } from '../../components/slider.tsx';
import { useResults, useRun } from '../../studio-context.ts';
import { FailureNotice } from '../failure-notice.tsx';
import { MODES } from '../modes.ts';
import { intervalWords, precisePercent } from '../percent.ts';
import styles from './scales.module.css';

/** How strongly the scales act, measured again on the validation images. */
export function StrengthCard() {
  const running = useRun((state) => isRunning(state.phase));
  const evaluation = useResults((state) => state.evaluation);
  const setting = useResults((state) => state.setting);
  const evaluating = useResults((state) => state.evaluating);
  const evaluate = useResults((state) => state.evaluate);
  const failure = useResults((state) => state.failure);
  const dismiss = useResults((state) => state.dismissFailure);
  const ready = evaluation !== null && !running;
  const changed = setting.mode !== 'both' || setting.strength !== 1;
  return (
    <Card
      title="How strong should it be?"
      actions={
        changed && (
          <Button variant="quiet" onClick={() => evaluate({ mode: 'both', strength: 1 })}>
            As trained
          </Button>
        )
      }
    >
      <FailureNotice title="It could not be measured" failure={failure} onDismiss={dismiss} />
      <p className={styles.explanation}>
        Every scale γ is replaced by 1 + s · (γ − 1): s = 0 switches the scales off, 1 is as
        trained, 2 doubles what was learned.
      </p>
      <div className={styles.strength}>
        <Slider
          label="Strength s"
          value={setting.strength}
          min={0}
          max={2}
          step={0.05}
          format={(strength) => strength.toFixed(2)}
          disabled={!ready}
          onChange={(strength) => evaluate({ strength })}
        />
        <Select
          label="Scales act on"
          value={setting.mode}
          options={MODES.map(({ mode, label, explanation }) => ({
            value: mode,
            label,
            help: explanation,
          }))}
          disabled={!ready}
          onChange={(value) => {
            const chosen = MODES.find(({ mode }) => mode === value);
            if (chosen) evaluate({ mode: chosen.mode });
          }}
        />
      </div>
      {ready ? (
        <p className={styles.outcome} aria-live="polite" aria-busy={evaluating}>
          <strong>{precisePercent(evaluation.accuracy)}</strong>{' '}
          {evaluating
            ? 'measuring again …'
            : intervalOf(evaluation.accuracy, evaluation.images.length)}
        </p>
      ) : (
        <p className={styles.waiting}>Ready when the run has ended.</p>
      )}
    </Card>
  );
}

function intervalOf(accuracy: number, images: number): string {
  const interval = wilsonInterval(Math.round(accuracy * images), images);
  return `of ${images.toLocaleString('en')} validation images; true value ${intervalWords(interval)}`;
}
