import { memo, type CSSProperties } from 'react';
import { classNames } from '../../class-names.ts';
import type { ConfusionMatrix } from '../../../lib/statistics.ts';
import { countOf } from '../../../lib/format.ts';
import styles from './confusion-grid.module.css';

interface ConfusionGridProps {
  readonly confusion: ConfusionMatrix;
  readonly classes: readonly string[];
  /** Left out where the images are not here. */
  readonly onOpen?: ((truth: number, predicted: number) => void) | undefined;
}

/** Beyond this many classes the cells are too small for their numbers and the columns for their names. */
export const NUMBERED = 12;

interface Cell {
  readonly truth: number;
  readonly predicted: number;
  readonly count: number;
  /** Of the images of its true class. */
  readonly share: number;
}

/** Rows are true classes, columns predicted ones; only cells that hold images are drawn. */
export const ConfusionGrid = memo(function ConfusionGrid(props: ConfusionGridProps) {
  const { confusion, classes, onOpen } = props;
  const dense = classes.length > NUMBERED;
  return (
    <div className={classNames(styles.wrap, dense && styles.dense)}>
      <p className={styles.hint}>
        Rows: what it is. Columns: what the model says.
        {onOpen && ' Press a cell to see its images.'}
      </p>
      <div className={styles.grid} style={{ '--classes': classes.length } as CSSProperties}>
        {classes.map((name, index) => (
          <span key={name} className={styles.row} style={{ gridRow: index + 2 }} title={name}>
            {name}
          </span>
        ))}
        {!dense &&
          classes.map((name, index) => (
            <span
              key={name}
              className={styles.column}
              style={{ gridColumn: index + 2 }}
              title={name}
            >
              {name}
            </span>
          ))}
        <span className={styles.background} />
        {filledCells(confusion).map((cell) => (
          <button
            key={`${cell.truth}.${cell.predicted}`}
            type="button"
            className={classNames(
              styles.cell,
              cell.truth === cell.predicted ? styles.right : styles.wrong,
              cell.share > 0.5 && styles.strong,
            )}
            style={{
              gridRow: cell.truth + 2,
              gridColumn: cell.predicted + 2,
              ...({ '--share': `${Math.round(12 + 88 * cell.share)}%` } as CSSProperties),
            }}
            title={cellWords(cell, classes)}
            aria-label={cellWords(cell, classes)}
            disabled={!onOpen}
            onClick={() => onOpen?.(cell.truth, cell.predicted)}
          >
            {dense ? '' : cell.count}
          </button>
        ))}
      </div>
    </div>
  );
});

function filledCells({ classes, counts }: ConfusionMatrix): Cell[] {
  const cells: Cell[] = [];
  for (let truth = 0; truth < classes; truth++) {
    const row = counts.subarray(truth * classes, (truth + 1) * classes);
    const total = row.reduce((sum, count) => sum + count, 0);
    row.forEach((count, predicted) => {
      if (count > 0) cells.push({ truth, predicted, count, share: count / total });
    });
  }
  return cells;
}

function cellWords({ truth, predicted, count }: Cell, classes: readonly string[]): string {
  const images = countOf(count, 'image');
  if (truth === predicted) return `${images} of “${classes[truth]}” recognised`;
  return `${images} of “${classes[truth]}” taken for “${classes[predicted]}”`;
}
