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
  readonly facts?: string;
  readonly summary: string;
}

export function OptionCard({ value, title, facts, summary }: OptionCardProps) {
  const id = useId();
  return (
    <label className={styles.card} htmlFor={id}>
      <RadioGroup.Item
        id={id}
        className={styles.radio}
        value={value}
        aria-label={title}
        aria-describedby={`${id}-text`}
      >
        <RadioGroup.Indicator className={styles.dot} />
      </RadioGroup.Item>
      <span className={styles.text}>
        <span className={styles.title}>{title}</span>
        <span id={`${id}-text`} className={styles.summary}>
          {summary}
          {facts && <span className={styles.facts}>{facts}</span>}
        </span>
      </span>
    </label>
  );
}
