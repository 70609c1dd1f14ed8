import { RadioGroup } from 'radix-ui';
import { useId, type ReactNode } from 'react';
import styles from './option-card.module.css';

interface OptionCardsProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

/** One of several, each explained where it stands. */
export function OptionCards({ label, value, onChange, disabled, children }: OptionCardsProps) {
  return (
    <RadioGroup.Root
      className={styles.group}
      aria-label={label}
      value={value}
      onValueChange={onChange}
      disabled={disabled}
    >
      {children}
    </RadioGroup.Root>
  );
}

interface OptionCardProps {
  readonly value: string;
  readonly title: string;
  /** Stands beside the title. */
  readonly badge?: ReactNode;
  /** A line each. */
  readonly facts?: readonly string[];
  readonly summary: string;
  /** Why it cannot be chosen, as a sentence; null where it can. */
  readonly refusal?: string | null;
}

export function OptionCard(props: OptionCardProps) {
  const { value, title, badge, facts = [], summary, refusal = null } = props;
  const id = useId();
  return (
    <label className={styles.card} htmlFor={id}>
      <RadioGroup.Item
        id={id}
        className={styles.radio}
        value={value}
        disabled={refusal !== null}
        aria-label={title}
        aria-describedby={`${id}-text`}
      >
        <RadioGroup.Indicator className={styles.dot} />
      </RadioGroup.Item>
      <span className={styles.text}>
        <span className={styles.head}>
          <span className={styles.title}>{title}</span>
          {badge}
        </span>
        <span id={`${id}-text`} className={styles.summary}>
          {summary}
          {refusal !== null && <span className={styles.refusal}>{refusal}</span>}
          {facts.map((line) => (
            <span key={line} className={styles.facts}>
              {line}
            </span>
          ))}
        </span>
      </span>
    </label>
  );
}
