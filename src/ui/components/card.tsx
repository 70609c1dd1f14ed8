import { useId, type ReactNode } from 'react';
import { classNames } from '../class-names.ts';
import styles from './card.module.css';

interface CardProps {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A titled region of the stage. */
export function Card({ title, actions, children, className }: CardProps) {
  const heading = useId();
  return (
    <section className={classNames(styles.card, className)} aria-labelledby={heading}>
      <header className={styles.header}>
        <h3 id={heading}>{title}</h3>
        {actions}
      </header>
      {children}
    </section>
  );
}
