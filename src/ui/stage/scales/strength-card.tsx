import { wilsonInterval } from '../../../lib/statistics.ts';
import { AS_TRAINED, isAsTrained } from '../../../stores/results.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Select } from '../../components/select.tsx';
import { Slider } from '../../components/slider.tsx';
import { useResults, useRun } from '../../studio-context.ts';
import { useBusy } from '../../use-busy.ts';
import { FailureNotice } from '../failure-notice.tsx';
import { MODES } from '../modes.ts';
import { intervalWords, precisePercent } from '../percent.ts';
import styles from './scales.module.css';

/** How strongly the scales act, measured again on the validation images; of any epoch the timeline stands on. */
export function StrengthCard({ step }: { readonly step: number }) {
  const running = useBusy();
  const evaluation = useResults((state) => state.evaluation);
  const setting = useResults((state) => state.setting);
  const evaluating = useResults((state) => state.evaluating);
  const evaluate = useResults((state) => state.evaluate);
  const failure = useResults((state) => state.failure);
  const dismiss = useResults((state) => state.dismissFailure);
  // A run that failed leaves the results of the one before, whose scales these are not.
  const judged = useResults((state) => state.judged?.start.runId);
  const current = useRun((state) => state.start?.runId === judged) && !running;
  const ready = current && evaluation !== null && evaluation.images.length > 0;
  return (
    <Card
      title="How strong should it be?"
      actions={
        !isAsTrained(setting) && (
          <Button variant="quiet" onClick={() => evaluate(AS_TRAINED)}>
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
      {ready && <EpochChoice step={step} />}
      {ready ? (
        <p className={styles.outcome} aria-live="polite" aria-busy={evaluating}>
          <strong>{precisePercent(evaluation.accuracy)}</strong>{' '}
          {evaluating
            ? 'measuring again …'
            : intervalOf(evaluation.accuracy, evaluation.images.length)}
        </p>
      ) : (
        <p className={styles.waiting}>
          {current && evaluation
            ? 'Needs the images that judged the run, which did not come with its file.'
            : 'Ready when the run has ended.'}
        </p>
      )}
    </Card>
  );
}

/** The weights of the epoch the timeline stands on, in place of the best ones. */
function EpochChoice({ step }: { readonly step: number }) {
  const epoch = useRun((state) => state.epochs.findLast((record) => record.step <= step)?.epoch);
  const best = useRun((state) => state.result?.bestEpoch);
  const chosen = useResults((state) => state.setting.epoch);
  const evaluate = useResults((state) => state.evaluate);
  const offered = epoch !== undefined && epoch !== best && epoch !== chosen ? epoch : null;
  return (
    <div className={styles.epoch}>
      <span>
        With the weights of {chosen === null ? `the best epoch, ${best}` : `epoch ${chosen}`}.
      </span>
      {offered !== null && (
        <Button variant="quiet" onClick={() => evaluate({ epoch: offered })}>
          Take epoch {offered}, where the timeline stands
        </Button>
      )}
      {chosen !== null && (
        <Button variant="quiet" onClick={() => evaluate({ epoch: null })}>
          Back to the best
        </Button>
      )}
    </div>
  );
}

function intervalOf(accuracy: number, images: number): string {
  const interval = wilsonInterval(Math.round(accuracy * images), images);
  return `of ${images.toLocaleString('en')} validation images; true value ${intervalWords(interval)}`;
}
