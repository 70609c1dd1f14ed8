import { countOf, formatDuration } from '../../../lib/format.ts';
import type { Evaluation } from '../../../protocol.ts';
import type { JudgedRun } from '../../../stores/results.ts';
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
  readonly evaluation: Evaluation;
  readonly judgement: Judgement;
}

/** The one number, with how sure it is. */
export function AccuracyCard({ judged, evaluation, judgement }: AccuracyCardProps) {
  const { start, result } = judged;
  const title = useRunTitle(start);
  const total = judgement.images.length;
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
      <ChangedSetting evaluation={evaluation} />
    </Card>
  );
}

/** The strength slider and the modes change what stands here, so it says so. */
function ChangedSetting({ evaluation }: { readonly evaluation: Evaluation }) {
  const evaluate = useResults((state) => state.evaluate);
  if (evaluation.mode === 'both' && evaluation.strength === 1) return null;
  return (
    <div className={styles.changed}>
      <span>
        Shown with scales acting as “{modeLabel(evaluation.mode)}” at strength{' '}
        {evaluation.strength.toFixed(2)}.
      </span>
      <Button variant="quiet" onClick={() => evaluate({ mode: 'both', strength: 1, epoch: null })}>
        Show as trained
      </Button>
    </div>
  );
}
