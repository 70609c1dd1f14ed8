import { Dialog as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from '../class-names.ts';
import { CloseIcon } from './icons.tsx';
import styles from './dialog.module.css';

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: string;
  readonly children?: ReactNode;
  /** Buttons, the confirming one last. */
  readonly footer?: ReactNode;
  readonly wide?: boolean;
  /** It has no way out but those in it. */
  readonly mustAnswer?: boolean;
}

export function Dialog(props: DialogProps) {
  const {
    open,
    onOpenChange,
    title,
    description,
    children,
    footer,
    wide = false,
    mustAnswer = false,
  } = props;
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={styles.overlay} />
        <Primitive.Content
          className={classNames(styles.content, wide && styles.wide)}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <header className={styles.header}>
            <Primitive.Title>{title}</Primitive.Title>
            {!mustAnswer && (
              <Primitive.Close className={styles.close} aria-label="Close">
                <CloseIcon />
              </Primitive.Close>
            )}
          </header>
          <div className={styles.body}>
            {description !== undefined && (
              <Primitive.Description className={styles.description}>
                {description}
              </Primitive.Description>
            )}
            {children}
          </div>
          {footer && <footer className={styles.footer}>{footer}</footer>}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
