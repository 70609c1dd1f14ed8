import { useMemo } from 'react';
import { countOf } from '../../../../lib/format.ts';
import { wilsonInterval } from '../../../../lib/statistics.ts';
import type { FinishedRun } from '../../../../stores/runs.ts';
import { intervalWords, precisePercent } from '../../percent.ts';
import { points, signedPoints } from '../race/race-words.ts';
import { numberedName } from '../run-names.ts';
import styles from './compare.module.css';
import { OnlyOne } from './only-one.tsx';
import { runPair, type RunPair } from './run-pair.ts';

interface ComparedAccuracyProps {
  readonly first: FinishedRun;
  readonly second: FinishedRun;
}

/** Both accuracies, their difference over the same images, and the images that make it. */
export function ComparedAccuracy({ first, second }: ComparedAccuracyProps) {
  const pair = useMemo(() => runPair(first, second), [first, second]);
  return (
    <>
      <dl className={styles.figures}>
        {[first, second].map((run) => (
          <Accuracy key={run.start.runId} run={run} />
        ))}
        {pair && (
          <div>
            <dt>Difference, first less second</dt>
            <dd>
              <strong>{signedPoints(pair.difference.mean)} points</strong>
              <span className={styles.detail}>{rangeWords(pair)}</span>
            </dd>
          </div>
        )}
      </dl>
      <p className={styles.note}>{pair ? pairWords(pair) : APART}</p>
      {pair && (
        <div className={styles.only}>
          <OnlyOne which="first" images={pair.onlyFirst} />
          <OnlyOne which="second" images={pair.onlySecond} />
        </div>
      )}
    </>
  );
}

const APART =
  'These runs were judged by different images or classes, so their accuracies can only be compared roughly: by their ranges.';

function Accuracy({ run }: { readonly run: FinishedRun }) {
  const { accuracy, images } = run.result.evaluation;
  const interval = wilsonInterval(Math.round(accuracy * images.length), images.length);
  return (
    <div>
      <dt>{numberedName(run)}</dt>
      <dd>
        <strong>{precisePercent(accuracy)}</strong>
        <span className={styles.detail}>{intervalWords(interval)}</span>
      </dd>
    </div>
  );
}

function rangeWords({ difference: { interval } }: RunPair): string {
  return `between ${signedPoints(interval[0])} and ${signedPoints(interval[1])} points`;
}

function pairWords({ images, difference }: RunPair): string {
  const judged = `Both were judged by the same ${countOf(images, 'image')}.`;
  const [low, high] = difference.interval;
  if (low <= 0 && high >= 0) return `${judged} The difference is within what chance explains.`;
  const better = low > 0 ? 'first' : 'second';
  const least = points(Math.min(Math.abs(low), Math.abs(high)));
  return `${judged} The ${better} run is better by more than chance explains: by at least ${least}.`;
}
