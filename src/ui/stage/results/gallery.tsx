import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { ImageDialog } from './image-dialog.tsx';
import { ImageTile } from './image-tile.tsx';
import type { JudgedImage } from './judgement.ts';
import styles from './gallery.module.css';

interface GalleryProps {
  readonly images: readonly JudgedImage[];
  readonly classes: readonly string[];
  readonly label: string;
}

const PAGE = 48;

/** Images in the order given, a page at a time; one press shows an image in full. */
export function Gallery({ images, classes, label }: GalleryProps) {
  const [shown, setShown] = useState(PAGE);
  const [opened, setOpened] = useState<JudgedImage | null>(null);
  const more = Math.min(PAGE, images.length - shown);
  return (
    <>
      <ul className={styles.gallery} aria-label={label}>
        {images.slice(0, shown).map((image) => (
          <ImageTile key={image.id} image={image} classes={classes} onOpen={setOpened} />
        ))}
      </ul>
      {more > 0 && (
        <div className={styles.more}>
          <Button onClick={() => setShown(shown + PAGE)}>Show {more} more</Button>
        </div>
      )}
      {opened && <ImageDialog image={opened} classes={classes} onClose={() => setOpened(null)} />}
    </>
  );
}
