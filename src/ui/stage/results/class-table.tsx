import { useState } from 'react';
import type { ClassScore } from '../../../lib/statistics.ts';
import { percent } from '../percent.ts';
import styles from './class-table.module.css';

interface ClassTableProps {
  readonly scores: readonly ClassScore[];
  readonly classes: readonly string[];
}

type Column = 'classIndex' | 'support' | 'precision' | 'recall' | 'f1';

const COLUMNS: readonly { key: Column; label: string; help: string }[] = [
  { key: 'classIndex', label: 'Class', help: '' },
  { key: 'support', label: 'Images', help: 'Validation images of this class.' },
  {
    key: 'precision',
    label: 'Precision',
    help: 'Of the images the model calls this class, how many are.',
  },
  {
    key: 'recall',
    label: 'Recall',
    help: 'Of the images of this class, how many the model finds.',
  },
  { key: 'f1', label: 'F1', help: 'Precision and recall in one number; low if either is low.' },
];

/** Precision and recall; sorted by any column. */
export function ClassTable({ scores, classes }: ClassTableProps) {
  const [column, setColumn] = useState<Column>('classIndex');
  const [descending, setDescending] = useState(false);
  const choose = (key: Column) => {
    setDescending(key === column ? !descending : false);
    setColumn(key);
  };
  const direction = descending ? -1 : 1;
  const sorted = [...scores].sort((a, b) => direction * ((a[column] ?? -1) - (b[column] ?? -1)));
  return (
    <>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              {COLUMNS.map(({ key, label, help }) => (
                <th
                  key={key}
                  scope="col"
                  aria-sort={key !== column ? 'none' : descending ? 'descending' : 'ascending'}
                >
                  <button type="button" title={help || undefined} onClick={() => choose(key)}>
                    {label}
                    {key === column && (
                      <span aria-hidden="true" className={styles.arrow}>
                        {descending ? '↓' : '↑'}
                      </span>
                    )}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.map((score) => (
              <tr key={score.classIndex}>
                <th scope="row" title={classes[score.classIndex]}>
                  <span className={styles.name}>{classes[score.classIndex]}</span>
                </th>
                <td>{score.support}</td>
                <td>{orDash(score.precision)}</td>
                <td>{orDash(score.recall)}</td>
                <td>{orDash(score.f1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.words}>
        Precision: of the images called this class, how many are. Recall: of the images of this
        class, how many are found. F1 sums up both.
      </p>
    </>
  );
}

function orDash(share: number | null): string {
  return share === null ? '–' : percent(share);
}
