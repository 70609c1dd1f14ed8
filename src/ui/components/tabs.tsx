import { Tabs as Primitive } from 'radix-ui';
import { useLayoutEffect, useRef, type ReactNode } from 'react';
import styles from './tabs.module.css';

export interface TabItem {
  readonly value: string;
  readonly label: string;
  readonly content: ReactNode;
  readonly disabled?: boolean;
}

interface TabsProps {
  /** Names the list for screen readers. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly items: readonly TabItem[];
}

/** Only the chosen tab's content is mounted. */
export function Tabs({ label, value, onChange, items }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (list.current) revealChosen(list.current);
  }, [value]);
  return (
    <Primitive.Root className={styles.root} value={value} onValueChange={onChange}>
      <Primitive.List ref={list} className={styles.list} aria-label={label}>
        {items.map((item) => (
          <Primitive.Trigger
            key={item.value}
            className={styles.tab}
            value={item.value}
            disabled={item.disabled}
          >
            {item.label}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {items.map((item) => (
        <Primitive.Content key={item.value} className={styles.content} value={item.value}>
          {item.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
}

/** Scrolls the list, and nothing around it, until the chosen tab is seen whole. */
function revealChosen(list: HTMLElement): void {
  const chosen = list.querySelector('[aria-selected="true"]');
  if (!chosen) return;
  const [inner, outer] = [chosen.getBoundingClientRect(), list.getBoundingClientRect()];
  if (inner.right > outer.right) list.scrollLeft += inner.right - outer.right;
  if (inner.left < outer.left) list.scrollLeft -= outer.left - inner.left;
}
