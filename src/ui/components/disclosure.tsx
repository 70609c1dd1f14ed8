import { Collapsible } from 'radix-ui';
import type { ReactNode } from 'react';
import { ChevronDownIcon } from './icons.tsx';
import styles from './disclosure.module.css';

interface DisclosureProps {
  readonly label: string;
  /** Unfolded at first. */
  readonly open?: boolean;
  readonly children: ReactNode;
}

/** Shows what is folded away when pressed. */
export function Disclosure({ label, open = false, children }: DisclosureProps) {
  return (
    <Collapsible.Root defaultOpen={open}>
      <Collapsible.Trigger className={styles.trigger}>
        <span className={styles.chevron}>
          <ChevronDownIcon />
        </span>
        {label}
      </Collapsible.Trigger>
      <Collapsible.Content className={styles.content}>{children}</Collapsible.Content>
    </Collapsible.Root>
  );
}
