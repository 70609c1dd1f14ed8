import { countOf } from '../../../../lib/format.ts';
import type { ImageId } from '../../../../protocol.ts';
import { useDataset } from '../../../studio-context.ts';
import styles from './compare.module.css';

interface OnlyOneProps {
  readonly which: 'first' | 'second';
  readonly images: readonly ImageId[];
}

const SHOWN = 12;

/** The images that one of two runs got right and the other did not. */
export function OnlyOne({ which, images }: OnlyOneProps) {
  const title = `Right in the ${which} run only`;
  const more = images.length - SHOWN;
  return (
    <section aria-label={title}>
      <h4 className={styles.subtitle}>
        {title}: {countOf(images.length, 'image')}
      </h4>
      {images.length > 0 && (
        <ul className={styles.thumbnails}>
          {images.slice(0, SHOWN).map((id) => (
            <Thumbnail key={id} id={id} />
          ))}
          {more > 0 && <li className={styles.more}>and {more} more</li>}
        </ul>
      )}
    </section>
  );
}

function Thumbnail({ id }: { readonly id: ImageId }) {
  const info = useDataset((state) => state.find(id));
  if (!info) return <li className={styles.gone}>removed</li>;
  return (
    <li>
      <img
        className={styles.thumbnail}
        src={info.url}
        alt={info.path}
        title={info.path}
        loading="lazy"
      />
    </li>
  );
}
