import type { FieldValue, NumberField } from '../../protocol.ts';
import { NumberInput } from '../components/number-input.tsx';
import { Slider } from '../components/slider.tsx';
import { fromTrack, toTrack, TRACK_STEPS } from './number-track.ts';
import styles from './number-control.module.css';

interface NumberControlProps {
  readonly field: NumberField;
  readonly value: FieldValue;
  readonly problem: string | null;
  readonly onChange: (value: FieldValue) => void;
  readonly disabled: boolean;
  readonly describedBy: string;
}

/** A slider for the feel of it and a box for the exact number. */
export function NumberControl(props: NumberControlProps) {
  const { field, value, problem, onChange, disabled, describedBy } = props;
  const number = typeof value === 'number' ? value : Number.NaN;
  const track = toTrack(field, Number.isFinite(number) ? number : field.default);
  return (
    <div className={styles.field}>
      <div className={styles.slider}>
        <Slider
          label={`${field.label}, slider`}
          hideLabel
          value={track}
          min={0}
          max={TRACK_STEPS}
          step={1}
          onChange={(position) => onChange(fromTrack(field, position))}
          format={() => `${number} ${field.unit ?? ''}`.trim()}
          disabled={disabled}
          describedBy={describedBy}
        />
      </div>
      <NumberInput
        label={field.label}
        value={number}
        unit={field.unit}
        error={problem}
        onChange={onChange}
        disabled={disabled}
        describedBy={describedBy}
      />
    </div>
  );
}
