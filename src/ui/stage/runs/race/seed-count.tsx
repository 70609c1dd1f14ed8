import { useId } from 'react';
import styles from './seed-count.module.css';

interface SeedCountProps {
  readonly value: number;
  readonly onChange: (count: number) => void;
}

const COUNTS = [1, 2, 3, 4, 5];

export function SeedCount({ value, onChange }: SeedCountProps) {
  const help = useId();
  const group = useId();
  return (
    <fieldset className={styles.field} aria-describedby={help}>
      <legend>Runs per method</legend>
      <div className={styles.choices}>
        {COUNTS.map((count) => (
          <label key={count} className={styles.choice}>
            <input
              type="radio"
              name={group}
              checked={count === value}
              onChange={() => onChange(count)}
            />
            {count}
          </label>
        ))}
      </div>
      <p id={help} className={styles.help}>
        How often each method is trained anew, each time from other random numbers (a seed). Luck
        shows as a difference between these runs; with one run it cannot be seen.
      </p>
    </fieldset>
  );
}
