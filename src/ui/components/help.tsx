import { Popover } from 'radix-ui';
import { HelpIcon } from './icons.tsx';
import styles from './help.module.css';

interface HelpProps {
  /** What is being explained, for screen readers: "learning rate". */
  readonly about: string;
  readonly children: React.ReactNode;
}

/** A question mark that explains its neighbour when pressed; works by touch and by key, unlike a tooltip. */
export function Help({ about, children }: HelpProps) {
  return (
    <Popover.Root>
      <Popover.Trigger className={styles.trigger} aria-label={`What is ${about}?`}>
        <HelpIcon />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles.content} sideOffset={4} collisionPadding={8}>
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
