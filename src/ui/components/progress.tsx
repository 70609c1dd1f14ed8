import { Progress as Primitive } from 'radix-ui';
import styles from './progress.module.css';

interface ProgressProps {
  readonly label: string;
  readonly done: number;
  /** 0 where it is not known. */
  readonly total: number;
  /** Done, total and time left, in words. */
  readonly detail?: string;
}

export function Progress({ label, done, total, detail }: ProgressProps) {
  const known = total > 0;
  const share = known ? Math.min(1, done / total) : 0;
  return (
    <div className={styles.field}>
      <div className={styles.caption}>
        <span>{label}</span>
        {detail && <span className={styles.detail}>{detail}</span>}
      </div>
      <Primitive.Root
        className={styles.root}
        aria-label={label}
        value={known ? share * 100 : null}
        getValueLabel={() => detail ?? `${Math.round(share * 100)} %`}
      >
        <Primitive.Indicator className={styles.bar} style={{ width: `${share * 100}%` }} />
      </Primitive.Root>
    </div>
  );
}
