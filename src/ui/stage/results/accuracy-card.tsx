import { countOf, formatDuration } from '../../../lib/format.ts';
import { AS_TRAINED, isAsTrained, type JudgedRun } from '../../../stores/results.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Help } from '../../components/help.tsx';
import { useResults } from '../../studio-context.ts';
import { modeLabel } from '../modes.ts';
import { intervalWords, percent } from '../percent.ts';
import { useRunTitle } from '../use-run-title.ts';
import type { Judgement } from './judgement.ts';
import styles from './results.module.css';

interface AccuracyCardProps {
  readonly judged: JudgedRun;
  readonly judgement: Judgement;
}

/** The one number, with how sure it is. */
export function AccuracyCard({ judged, judgement }: AccuracyCardProps) {
  const { start, result } = judged;
  const title = useRunTitle(start);
  const { total } = judgement;
  const share = total === 0 ? 0 : judgement.right / total;
  return (
    <Card title={title}>
      <p className={styles.headline}>
        <strong>{percent(share)}</strong> recognised ({intervalWords(judgement.interval)})
      </p>
      <p className={styles.interval}>
        {judgement.right.toLocaleString('en')} of {countOf(total, 'validation image')}. The range in
        brackets is what to expect of new images of the same kind.
        <Help about="this range">
          The share measured on {countOf(total, 'image')} is itself uncertain. In 95 of 100 cases a
          range made this way (the Wilson interval) holds the true share. More validation images
          make it narrower.
        </Help>
      </p>
      <p className={styles.interval}>
        Best weights: epoch {result.bestEpoch} of {start.totalEpochs}, trained in{' '}
        {formatDuration(result.seconds)}.
      </p>
      <ChangedSetting />
    </Card>
  );
}

/** The strength slider, the modes and the timeline change what stands here, so it says so. */
function ChangedSetting() {
  const evaluate = useResults((state) => state.evaluate);
  const shown = useResults((state) => state.shown);
  if (isAsTrained(shown)) return null;
  const { mode, strength, epoch } = shown;
  return (
    <div className={styles.changed}>
      <span>
        Shown with scales acting as “{modeLabel(mode)}” at strength {strength.toFixed(2)}
        {epoch !== null && `, with the weights of epoch ${epoch}`}.
      </span>
      <Button variant="quiet" onClick={() => evaluate(AS_TRAINED)}>
        Show as trained
      </Button>
    </div>
  );
}
