import { useId } from 'react';
import type { MethodInfo } from '../../../../protocol.ts';
import { useCatalog, useConfig } from '../../../studio-context.ts';
import styles from './method-checks.module.css';

interface MethodChecksProps {
  readonly chosen: readonly string[];
  /** Gets the names in the order of the catalog. */
  readonly onChange: (names: readonly string[]) => void;
}

/** The methods to race; those that the backbone refuses say why. */
export function MethodChecks({ chosen, onChange }: MethodChecksProps) {
  const methods = useCatalog((state) => state.methods);
  const refusals = useConfig((state) => state.backbone?.refusals);
  const toggle = (name: string, on: boolean) =>
    onChange(
      methods
        .map((method) => method.name)
        .filter((other) => (other === name ? on : chosen.includes(other))),
    );
  return (
    <fieldset>
      <legend className={styles.legend}>Methods to compare</legend>
      <div className={styles.grid}>
        {methods.map((method) => (
          <MethodCheck
            key={method.name}
            method={method}
            refusal={refusals?.[method.name] ?? null}
            checked={chosen.includes(method.name)}
            onChange={(on) => toggle(method.name, on)}
          />
        ))}
      </div>
    </fieldset>
  );
}

interface MethodCheckProps {
  readonly method: MethodInfo;
  readonly refusal: string | null;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

function MethodCheck({ method, refusal, checked, onChange }: MethodCheckProps) {
  const text = useId();
  return (
    <label className={styles.check}>
      <input
        type="checkbox"
        aria-label={method.label}
        aria-describedby={text}
        checked={checked && refusal === null}
        disabled={refusal !== null}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        <span className={styles.label}>{method.label}</span>
        <span id={text} className={styles.summary}>
          {method.summary}
          {refusal !== null && <span className={styles.refusal}>{refusal}</span>}
        </span>
      </span>
    </label>
  );
}
