import styles from './scale-map.module.css';

/** What the colours mean, in numbers. */
export function ScaleLegend({ range }: { readonly range: number }) {
  return (
    <div className={styles.legend}>
      <div className={styles.ramp} />
      <div className={styles.ends}>
        <span>{formatScale(1 - range)} depressed</span>
        <span>1</span>
        <span>potentiated {formatScale(1 + range)}</span>
      </div>
    </div>
  );
}

/** Four significant places around 1, with a true minus sign. */
export function formatScale(scale: number): string {
  const digits = Math.abs(scale - 1) < 0.01 ? 4 : 3;
  return scale.toFixed(digits).replace('-', '−');
}
