import { countOf } from '../../../lib/format.ts';
import type { DatasetImage } from '../../../stores/dataset-contents.ts';
import styles from './strip.module.css';

const SHOWN = 6;

interface StripProps {
  readonly images: readonly DatasetImage[];
  readonly name: string;
  readonly onOpen: () => void;
}

/** A class's first few images; pressing it opens all of them. */
export function Strip({ images, name, onOpen }: StripProps) {
  if (images.length === 0) return <p className={styles.empty}>No images: drop some here.</p>;
  const more = images.length - SHOWN;
  const shown = images.slice(0, more > 0 ? SHOWN - 1 : SHOWN);
  return (
    <button
      type="button"
      className={styles.strip}
      aria-label={`Open ${name}: ${countOf(images.length, 'image')}`}
      onClick={onOpen}
    >
      {shown.map((image) => (
        <img key={image.id} src={image.url} alt="" draggable={false} />
      ))}
      {more > 0 && <span className={styles.rest}>+{(more + 1).toLocaleString('en')}</span>}
    </button>
  );
}
