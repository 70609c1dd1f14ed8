import { useId, useState } from 'react';
import { classNames } from '../class-names.ts';
import { VisuallyHidden } from './visually-hidden.tsx';
import styles from './number-input.module.css';

interface NumberInputProps {
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly value: number;
  /** Called with every text that reads as a number, and with NaN for one that does not. */
  readonly onChange: (value: number) => void;
  readonly unit?: string | null;
  /** A sentence that states the broken rule; null where none is broken. */
  readonly error?: string | null;
  readonly disabled?: boolean;
  readonly describedBy?: string;
}

/** The text stays as typed; it follows `value` only when that changes from outside. */
export function NumberInput(props: NumberInputProps) {
  const { label, hideLabel = false, value, onChange, unit, error, disabled } = props;
  const id = useId();
  const [draft, setDraft] = useState(() => format(value));
  const shown = Object.is(parse(draft), value) ? draft : format(value);
  const caption = <label htmlFor={id}>{label}</label>;
  return (
    <div className={styles.field}>
      {hideLabel ? <VisuallyHidden>{caption}</VisuallyHidden> : caption}
      <span className={classNames(styles.box, error && styles.invalid)}>
        <input
          id={id}
          className={styles.input}
          inputMode="decimal"
          autoComplete="off"
          value={shown}
          disabled={disabled}
          aria-invalid={Boolean(error)}
          aria-describedby={props.describedBy}
          onChange={(event) => {
            setDraft(event.target.value);
            onChange(parse(event.target.value));
          }}
        />
        {unit && <span className={styles.unit}>{unit}</span>}
      </span>
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

function parse(text: string): number {
  const trimmed = text.trim().replace(',', '.');
  return trimmed === '' ? Number.NaN : Number(trimmed);
}

function format(value: number): string {
  return Number.isNaN(value) ? '' : String(Number(value.toPrecision(6)));
}
