import { Collapsible } from 'radix-ui';
import { useId, type ReactNode } from 'react';
import { classNames } from '../class-names.ts';
import { ChevronDownIcon, TickIcon } from '../components/icons.tsx';
import styles from './step-card.module.css';

interface StepCardProps {
  readonly number: number;
  readonly title: string;
  /** What this step came to, in one line; shown beside the title. */
  readonly answer: string | null;
  /** Nothing is missing here. */
  readonly done: boolean;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly children: ReactNode;
}

/** A numbered step that folds to its title and its answer. */
export function StepCard(props: StepCardProps) {
  const { number, title, answer, done, open, onOpenChange, children } = props;
  const heading = useId();
  return (
    <Collapsible.Root asChild open={open} onOpenChange={onOpenChange}>
      <section id={`step-${number}`} className={styles.card} aria-labelledby={heading}>
        <h2 className={styles.heading}>
          <Collapsible.Trigger className={styles.trigger}>
            <span className={classNames(styles.number, done && styles.done)} aria-hidden="true">
              {done ? <TickIcon /> : number}
            </span>
            <span className={styles.words}>
              <span id={heading} className={styles.title}>
                {title}
              </span>
              {answer !== null && <span className={styles.answer}>{answer}</span>}
            </span>
            <span className={styles.chevron}>
              <ChevronDownIcon />
            </span>
          </Collapsible.Trigger>
        </h2>
        <Collapsible.Content className={styles.content}>{children}</Collapsible.Content>
      </section>
    </Collapsible.Root>
  );
}
