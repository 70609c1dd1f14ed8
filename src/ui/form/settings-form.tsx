import type { Field, FieldValue, FormValues } from '../../protocol.ts';
import { Disclosure } from '../components/disclosure.tsx';
import { FieldControl } from './field-control.tsx';
import styles from './settings-form.module.css';

interface SettingsFormProps {
  readonly fields: readonly Field[];
  readonly values: FormValues;
  /** Field name → the rule it breaks. */
  readonly problems: ReadonlyMap<string, string>;
  readonly onChange: (name: string, value: FieldValue) => void;
  readonly disabled: boolean;
}

/** A form as the catalog describes it: main fields in sight, advanced ones folded. */
export function SettingsForm({ fields, values, problems, onChange, disabled }: SettingsFormProps) {
  const controls = (advanced: boolean) =>
    fields
      .filter((field) => field.advanced === advanced)
      .map((field) => (
        <FieldControl
          key={field.name}
          field={field}
          value={values[field.name] ?? field.default}
          problem={problems.get(field.name) ?? null}
          onChange={(value) => onChange(field.name, value)}
          disabled={disabled}
        />
      ));
  const advanced = controls(true);
  return (
    <div className={styles.form}>
      {controls(false)}
      {advanced.length > 0 && (
        <Disclosure label={`Advanced settings (${advanced.length})`}>
          <div className={styles.form}>{advanced}</div>
        </Disclosure>
      )}
    </div>
  );
}
