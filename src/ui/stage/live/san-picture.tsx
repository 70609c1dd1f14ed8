import { classNames } from '../../class-names.ts';
import styles from './san-picture.module.css';

type Turn = 'up' | 'down' | 'same';

/** One feature a row: turned up, turned down, or left at 1. */
const FEATURES: readonly Turn[] = ['up', 'same', 'down', 'up', 'down'];
const OUTPUTS = [0, 1, 2, 3, 4, 5];
const ROW = 50;
const TOP = 48;
const CELL = 40;
const FEATURE = 60;
const SCALE = 240;
const WEIGHTS = 470;
const END = WEIGHTS + OUTPUTS.length * CELL;

/** A feature passes a scale; the same scale passes on into the next layer's weights. */
export function SanPicture() {
  const bottom = TOP + FEATURES.length * ROW;
  return (
    <figure className={styles.figure}>
      <svg
        className={styles.picture}
        viewBox={`0 0 ${END + 60} ${bottom + 8}`}
        role="img"
        aria-label="Five features pass one scale each: two are turned up, two down, one stays. Each scale also tints the row of the next layer’s weights that reads its feature."
      >
        <Label x={FEATURE} text="features" />
        <Label x={SCALE} text="scales γ" />
        <Label x={(WEIGHTS + END) / 2} text="next layer’s weights" />
        {FEATURES.map((turn, index) => (
          <Feature key={index} index={index} turn={turn} />
        ))}
      </svg>
      <figcaption className={styles.caption}>
        <span className={classNames(styles.swatch, styles.potentiated)} /> turned up: potentiated, γ
        above 1. <span className={classNames(styles.swatch, styles.depressed)} /> turned down:
        depressed, γ below 1. The frozen weights never change.
      </figcaption>
    </figure>
  );
}

function Label({ x, text }: { readonly x: number; readonly text: string }) {
  return (
    <text className={styles.label} x={x} y={22}>
      {text}
    </text>
  );
}

function Feature({ index, turn }: { readonly index: number; readonly turn: Turn }) {
  const y = TOP + index * ROW + ROW / 2;
  const tone = styles[turn];
  const changed = turn !== 'same';
  return (
    <g style={{ animationDelay: `${index * 150}ms` }} className={styles.feature}>
      <path
        className={styles.wire}
        d={`M${FEATURE} ${y}H${WEIGHTS - 8}M${END + 8} ${y}H${END + 44}`}
      />
      {changed && (
        <path
          className={classNames(styles.passed, tone)}
          d={`M${SCALE} ${y - 14}C${SCALE + 40} ${y - 34} ${WEIGHTS - 70} ${y - 34} ${WEIGHTS - 6} ${y - 10}`}
        />
      )}
      <circle className={classNames(styles.signal, styles.before)} cx={FEATURE} cy={y} r="5" />
      <circle
        className={classNames(styles.signal, styles.after, tone)}
        cx={SCALE}
        cy={y}
        r={RADII[turn]}
      />
      <circle className={styles.neuron} cx={FEATURE} cy={y} r="10" />
      <rect className={styles.chip} x={SCALE - 16} y={y - 14} width="32" height="28" rx="7" />
      {changed && (
        <rect
          className={classNames(styles.tint, styles.turned, tone)}
          x={SCALE - 16}
          y={y - 14}
          width="32"
          height="28"
          rx="7"
        />
      )}
      {OUTPUTS.map((output) => (
        <Weight key={output} x={WEIGHTS + output * CELL} y={y} turn={turn} />
      ))}
    </g>
  );
}

const RADII: Record<Turn, number> = { up: 8, same: 5, down: 3 };

function Weight({ x, y, turn }: { readonly x: number; readonly y: number; readonly turn: Turn }) {
  const box = { x: x + 1, y: y - ROW / 2 + 1, width: CELL - 2, height: ROW - 2, rx: 3 };
  return (
    <>
      <rect className={styles.weight} {...box} />
      {turn !== 'same' && (
        <rect className={classNames(styles.tint, styles.passedOn, styles[turn])} {...box} />
      )}
    </>
  );
}
