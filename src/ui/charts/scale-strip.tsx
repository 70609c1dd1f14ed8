import type { ScaleSite } from '../../protocol.ts';
import { ScaleCanvas } from './scale-canvas.tsx';
import styles from './scale-map.module.css';

interface ScaleStripProps {
  readonly sites: readonly ScaleSite[];
  readonly values: Float32Array;
  readonly range: number;
  readonly label: string;
}

/** The whole map at a glance, without labels or cursor. */
export function ScaleStrip({ sites, values, range, label }: ScaleStripProps) {
  return (
    <div className={styles.strip} role="img" aria-label={label}>
      <ScaleCanvas sites={sites} values={values} sorted={false} range={range} />
    </div>
  );
}
