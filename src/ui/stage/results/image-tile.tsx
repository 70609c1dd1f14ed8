import { memo } from 'react';
import { VisuallyHidden } from '../../components/visually-hidden.tsx';
import { useDataset } from '../../studio-context.ts';
import { percent } from '../percent.ts';
import { isRight, type JudgedImage } from './judgement.ts';
import styles from './gallery.module.css';

interface ImageTileProps {
  readonly image: JudgedImage;
  readonly classes: readonly string[];
  readonly onOpen: (image: JudgedImage) => void;
}

/** A validation image with what the model says of it. */
export const ImageTile = memo(function ImageTile({ image, classes, onOpen }: ImageTileProps) {
  const info = useDataset((state) => state.find(image.id));
  const right = isRight(image);
  const predicted = classes[image.predicted] ?? '';
  const truth = classes[image.truth] ?? '';
  return (
    <li className={styles.item}>
      <button type="button" className={styles.tile} onClick={() => onOpen(image)}>
        {info ? (
          <img className={styles.thumbnail} src={info.url} alt="" loading="lazy" />
        ) : (
          <span className={styles.gone}>removed</span>
        )}
        <VisuallyHidden>The model says </VisuallyHidden>
        <span className={styles.predicted} title={predicted}>
          {predicted}
        </span>{' '}
        <span className={styles.confidence}>{percent(image.confidence)}</span>{' '}
        {right ? (
          <VisuallyHidden>rightly</VisuallyHidden>
        ) : (
          <span className={styles.truth} title={truth}>
            is {truth}
          </span>
        )}
      </button>
    </li>
  );
});
