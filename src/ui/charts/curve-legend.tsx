import type { EpochRecord } from '../../protocol.ts';
import styles from './chart.module.css';

interface LineSampleProps {
  readonly stroke: string;
  readonly dash?: string;
  readonly width?: number;
  readonly dot?: boolean;
}

/** A piece of a line as the chart draws it. */
export function LineSample({ stroke, dash, width = 2, dot = false }: LineSampleProps) {
  return (
    <svg width="28" height="10" aria-hidden="true">
      <line
        x1="0"
        x2="28"
        y1="5"
        y2="5"
        stroke={stroke}
        strokeWidth={width}
        strokeDasharray={dash}
      />
      {dot && <circle cx="14" cy="5" r="2.5" fill={stroke} />}
    </svg>
  );
}

interface CurveLegendProps {
  readonly best: EpochRecord | null;
  /** There is a curve of the validation images, too. */
  readonly judged: boolean;
}

export function CurveLegend({ best, judged }: CurveLegendProps) {
  return (
    <ul className={styles.legend}>
      <li title="Bold: smoothed. Faint: every step as measured.">
        <LineSample stroke="var(--series-train)" />
        training
      </li>
      {judged && (
        <li>
          <LineSample stroke="var(--series-validation)" dash="6 4" dot />
          validation
        </li>
      )}
      {best && (
        <li>
          <LineSample stroke="var(--series-best)" dash="1 3" />
          best epoch {best.epoch}
        </li>
      )}
    </ul>
  );
}
