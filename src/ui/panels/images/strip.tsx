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
  const beyond = images.length - SHOWN;
  const shown = images.slice(0, beyond > 0 ? SHOWN - 1 : SHOWN);
  const rest = beyond > 0 ? `+${(beyond + 1).toLocaleString('en')}` : null;
  const count = countOf(images.length, 'image');
  const words = rest === null ? count : `${count}, ${rest} not shown`;
  return (
    <button
      type="button"
      className={styles.strip}
      aria-label={`Open ${name}: ${words}`}
      onClick={onOpen}
    >
      {shown.map((image) => (
        <img key={image.id} src={image.url} alt="" draggable={false} />
      ))}
      {rest !== null && <span className={styles.rest}>{rest}</span>}
    </button>
  );
}
