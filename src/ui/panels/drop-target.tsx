import { useRef, useState, type DragEvent, type ReactNode } from 'react';
import { classNames } from '../class-names.ts';
import styles from './drop-target.module.css';

interface DropTargetProps {
  readonly children: ReactNode;
  /** What letting go here does: "Drop to add to “oak”". */
  readonly hint: string;
  /** Called inside the drop event, while its files can still be read. */
  readonly onDrop: (transfer: DataTransfer) => void;
  readonly className?: string;
}

/** Takes dropped files; the innermost target under the pointer wins. */
export function DropTarget({ children, hint, onDrop, className }: DropTargetProps) {
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  const enter = (by: number) => {
    depth.current = Math.max(0, depth.current + by);
    setOver(depth.current > 0);
  };
  const drop = (event: DragEvent) => {
    depth.current = 0;
    setOver(false);
    if (event.defaultPrevented || !hasFiles(event)) return;
    event.preventDefault();
    onDrop(event.dataTransfer);
  };
  return (
    <div
      className={classNames(styles.target, className)}
      onDragEnter={(event) => hasFiles(event) && enter(1)}
      onDragLeave={(event) => hasFiles(event) && enter(-1)}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={drop}
    >
      {children}
      {over && (
        <div className={styles.hint} aria-hidden="true">
          {hint}
        </div>
      )}
    </div>
  );
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer.types.includes('Files');
}
