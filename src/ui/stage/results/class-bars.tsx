import { precisePercent } from '../percent.ts';
import styles from './class-bars.module.css';

interface ClassBarsProps {
  readonly classes: readonly string[];
  readonly probabilities: Float32Array;
  /** How many classes, the most probable first. */
  readonly count?: number;
}

/** The most probable classes with their probabilities. */
export function ClassBars({ classes, probabilities, count = 5 }: ClassBarsProps) {
  const ranked = classes
    .map((name, index) => ({ name, probability: probabilities[index] ?? 0 }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, count);
  return (
    <ol className={styles.bars}>
      {ranked.map(({ name, probability }) => (
        <li key={name}>
          <span className={styles.name} title={name}>
            {name}
          </span>
          <span>{precisePercent(probability)}</span>
          <span className={styles.bar}>
            <span style={{ width: `${probability * 100}%` }} />
          </span>
        </li>
      ))}
    </ol>
  );
}
