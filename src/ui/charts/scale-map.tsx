import { useMemo, type KeyboardEvent, type PointerEvent } from 'react';
import {
  cursorAfter,
  cursorAt,
  placeOf,
  type CursorSpace,
  type ScaleCursor,
} from './scale-cursor.ts';
import { ScaleCanvas } from './scale-canvas.tsx';
import styles from './scale-map.module.css';

interface ScaleMapProps extends CursorSpace {
  readonly range: number;
  readonly cursor: ScaleCursor | null;
  /** The cursor in words, for screen readers. */
  readonly cursorText: string;
  readonly onCursor: (cursor: ScaleCursor) => void;
  readonly onPin: (cursor: ScaleCursor) => void;
}

const FIRST: ScaleCursor = { site: 0, channel: 0 };

/** The heat map: rows are sites in network order, columns are channels. */
export function ScaleMap(props: ScaleMapProps) {
  const { sites, values, sorted, range, cursor, cursorText, onCursor, onPin } = props;
  const space = useMemo(() => ({ sites, values, sorted }), [sites, values, sorted]);

  // Clicks come with rounded coordinates; the pointer's own moves have set the cursor by then.
  const point = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const found = cursorAt(space, { x: event.clientX - box.left, y: event.clientY - box.top }, box);
    if (found) onCursor(found);
  };
  const press = (event: KeyboardEvent) => {
    const present = cursor ?? FIRST;
    if (event.key === 'Enter' || event.key === ' ') onPin(present);
    else {
      const next = cursorAfter(space, present, event.key, event.shiftKey ? 10 : 1);
      if (next === null) return;
      onCursor(next);
    }
    event.preventDefault();
  };

  return (
    <div className={styles.map}>
      <ol className={styles.labels} aria-label="Sites, in network order">
        {sites.map((site, index) => (
          <li key={site.site} className={cursor?.site === index ? styles.current : undefined}>
            {site.label}
          </li>
        ))}
      </ol>
      <div
        className={styles.cells}
        role="slider"
        tabIndex={0}
        aria-label="Scale map: arrow keys move over layers and channels, Enter pins a channel"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={(sites[cursor?.site ?? 0]?.width ?? 1) - 1}
        aria-valuenow={cursor?.channel ?? 0}
        aria-valuetext={cursorText}
        onPointerMove={point}
        onPointerDown={point}
        onClick={() => cursor && onPin(cursor)}
        onFocus={() => cursor === null && onCursor(FIRST)}
        onKeyDown={press}
      >
        <ScaleCanvas sites={sites} values={values} sorted={sorted} range={range} />
        {cursor && <Marker space={space} cursor={cursor} />}
      </div>
    </div>
  );
}

/** Outlines the cursor's cell above the canvas, so that moving it repaints nothing. */
function Marker({ space, cursor }: { readonly space: CursorSpace; readonly cursor: ScaleCursor }) {
  const width = space.sites[cursor.site]?.width ?? 1;
  const place = placeOf(space, cursor);
  const style = {
    left: `${(place / width) * 100}%`,
    width: `${100 / width}%`,
    top: `${(cursor.site / space.sites.length) * 100}%`,
    height: `${100 / space.sites.length}%`,
  };
  return <span className={styles.marker} style={style} />;
}
