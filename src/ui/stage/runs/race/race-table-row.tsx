import type { ReactNode } from 'react';
import { formatBytes, formatDuration, formatShare } from '../../../../lib/format.ts';
import type { RaceRow } from '../../../../stores/race.ts';
import { LineSample } from '../../../charts/curve-legend.tsx';
import type { LineStyle } from '../../../charts/epoch-series.ts';
import { classNames } from '../../../class-names.ts';
import { accuracyWords, behindWords, standingWords } from './race-words.ts';
import styles from './race-table.module.css';
import { Spread } from './spread.tsx';
import { WhiskerAxis, Whiskers, type Span } from './whiskers.tsx';

interface RaceTableRowProps {
  readonly row: RaceRow;
  /** How the method is drawn in the chart below. */
  readonly line: LineStyle;
  readonly span: Span;
}

export function RaceTableRow({ row, line, span }: RaceTableRowProps) {
  const { seconds, imagesPerSecond, trainableParameters, trainableShare, adapterBytes } = row;
  const behind = behindWords(row);
  return (
    <tr data-standing={row.standing}>
      <th scope="row">
        <span className={styles.method}>
          {row.label}
          <LineSample {...line} />
        </span>
        <span className={classNames(styles.standing, row.standing === 'winner' && styles.winner)}>
          {standingWords(row)}
        </span>
      </th>
      <td className={styles.strip} data-label="Validation accuracy">
        {accuracyWords(row) ?? '–'}
        <Whiskers row={row} span={span} />
        <span className={styles.ends}>
          <WhiskerAxis span={span} />
        </span>
      </td>
      <Figure label="Behind the best" value={behind?.value} detail={behind?.range} />
      <td data-label="Spread">
        <Spread row={row} />
      </td>
      <Figure
        label="Time a run"
        value={seconds !== null && formatDuration(seconds)}
        detail={imagesPerSecond !== null && `${Math.round(imagesPerSecond)} images/s`}
      />
      <Figure
        label="Trained numbers"
        value={trainableParameters?.toLocaleString('en')}
        detail={trainableShare !== null && `${formatShare(trainableShare)} of all`}
      />
      <Figure
        label="Afterwards"
        value={adapterBytes !== null && `${formatBytes(adapterBytes)} file`}
        detail={costWords(row)}
        wrap
      />
      <Figure
        label="Learning rate"
        value={row.learningRate && Number(row.learningRate.toPrecision(3))}
      />
    </tr>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: ReactNode;
  readonly detail?: ReactNode;
  /** Lets the detail run over several lines. */
  readonly wrap?: boolean;
}

function Figure({ label, value, detail, wrap = false }: FigureProps) {
  return (
    <td data-label={label} className={wrap ? undefined : styles.line}>
      {value || '–'}
      {detail && <span className={styles.detail}>{detail}</span>}
    </td>
  );
}

function costWords({ foldsAway, extraCost }: RaceRow): string | null {
  if (foldsAway) return 'no slower: folds away';
  return extraCost === null ? null : `${formatShare(extraCost)} more work each time`;
}
