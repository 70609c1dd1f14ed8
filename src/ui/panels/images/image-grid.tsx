import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import type { DatasetImage } from '../../../stores/dataset-contents.ts';
import { classNames } from '../../class-names.ts';
import { move, pick, type Selection } from './selection.ts';
import styles from './image-grid.module.css';

const CELL = 96;
const GAP = 8;

interface ImageGridProps {
  readonly label: string;
  readonly images: readonly DatasetImage[];
  readonly selection: Selection;
  readonly onChange: (selection: Selection) => void;
  readonly onRemove: () => void;
}

/** A list box laid out as a grid; only the rows in sight exist as elements. */
export function ImageGrid({ label, images, selection, onChange, onRemove }: ImageGridProps) {
  const prefix = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useColumns(scroller);
  const ids = images.map((image) => image.id);
  const rows = useVirtualizer({
    count: Math.ceil(images.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => CELL + GAP,
    overscan: 4,
  });
  const activeRow = Math.floor(selection.active / columns);
  useEffect(() => {
    rows.scrollToIndex(activeRow);
  }, [rows, activeRow]);

  const onKeyDown = (event: KeyboardEvent) => {
    const next = keyed(event, selection, ids, columns);
    if (event.key === 'Delete' || event.key === 'Backspace') onRemove();
    if (!next) return;
    event.preventDefault();
    onChange(next);
  };

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="listbox"
      aria-label={label}
      aria-multiselectable="true"
      aria-activedescendant={images.length > 0 ? `${prefix}${selection.active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className={styles.all} style={{ height: rows.getTotalSize() }} role="presentation">
        {rows.getVirtualItems().map((row) => (
          <div
            key={row.key}
            className={styles.row}
            role="presentation"
            style={{
              transform: `translateY(${row.start}px)`,
              gridTemplateColumns: `repeat(${columns}, 1fr)`,
            }}
          >
            {images.slice(row.index * columns, (row.index + 1) * columns).map((image, column) => {
              const index = row.index * columns + column;
              return (
                <ImageOption
                  key={image.id}
                  id={`${prefix}${index}`}
                  image={image}
                  position={index + 1}
                  total={images.length}
                  chosen={selection.chosen.has(image.id)}
                  active={index === selection.active}
                  onPick={(range) => onChange(pick(selection, ids, index, range))}
                />
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

interface ImageOptionProps {
  readonly id: string;
  readonly image: DatasetImage;
  readonly position: number;
  readonly total: number;
  readonly chosen: boolean;
  readonly active: boolean;
  readonly onPick: (range: boolean) => void;
}

/* The list box holds the focus and hears the keys, so an option itself hears only the pointer. */
function ImageOption({ id, image, position, total, chosen, active, onPick }: ImageOptionProps) {
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      className={classNames(styles.option, chosen && styles.chosen, active && styles.active)}
      role="option"
      aria-selected={chosen}
      aria-posinset={position}
      aria-setsize={total}
      aria-label={image.path}
      title={`${image.path}, ${image.width} × ${image.height} px`}
      onClick={(event) => onPick(event.shiftKey)}
    >
      <img src={image.url} alt="" draggable={false} />
    </div>
  );
}

function keyed(
  event: KeyboardEvent,
  selection: Selection,
  ids: readonly number[],
  columns: number,
): Selection | null {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -ids.length,
    End: ids.length,
  };
  const step = steps[event.key];
  if (step !== undefined) return move(selection, ids, step, event.shiftKey);
  if (event.key === ' ') return pick(selection, ids, selection.active, event.shiftKey);
  if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
    return { ...selection, chosen: new Set(ids) };
  }
  return null;
}

function useColumns(scroller: React.RefObject<HTMLElement | null>): number {
  const [columns, setColumns] = useState(4);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setColumns(Math.max(2, Math.floor((element.clientWidth + GAP) / (CELL + GAP)))),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  return columns;
}
