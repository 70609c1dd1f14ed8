import { Slider as Primitive } from 'radix-ui';
import { useId } from 'react';
import { classNames } from '../class-names.ts';
import { VisuallyHidden } from './visually-hidden.tsx';
import styles from './slider.module.css';

interface SliderProps {
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
  /** The value a drag or key press ended on. */
  readonly onCommit?: (value: number) => void;
  readonly format?: (value: number) => string;
  readonly disabled?: boolean;
  readonly describedBy?: string;
}

export function Slider(props: SliderProps) {
  const { label, hideLabel = false, value, onChange, onCommit, format = String, disabled } = props;
  const labelId = useId();
  const text = <span id={labelId}>{label}</span>;
  return (
    <div className={classNames(styles.field, hideLabel && styles.bare)}>
      {hideLabel ? (
        <VisuallyHidden>{text}</VisuallyHidden>
      ) : (
        <div className={styles.caption}>
          {text}
          <output>{format(value)}</output>
        </div>
      )}
      <Primitive.Root
        className={styles.root}
        value={[value]}
        min={props.min}
        max={props.max}
        step={props.step}
        disabled={disabled}
        onValueChange={([next]) => next !== undefined && onChange(next)}
        onValueCommit={([next]) => next !== undefined && onCommit?.(next)}
      >
        <Primitive.Track className={styles.track}>
          <Primitive.Range className={styles.range} />
        </Primitive.Track>
        <Primitive.Thumb
          className={styles.thumb}
          aria-labelledby={labelId}
          aria-describedby={props.describedBy}
          aria-valuetext={format(value)}
        />
      </Primitive.Root>
    </div>
  );
}
