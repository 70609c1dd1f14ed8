import { useState } from 'react';
import { countOf } from '../../../lib/format.ts';
import { Card } from '../../components/card.tsx';
import { Switch } from '../../components/switch.tsx';
import { Gallery } from './gallery.tsx';
import { isRight, type Judgement } from './judgement.ts';
import styles from './results.module.css';

interface ValidationGalleryProps {
  readonly judgement: Judgement;
  readonly classes: readonly string[];
}

export function ValidationGallery({ judgement, classes }: ValidationGalleryProps) {
  const [onlyWrong, setOnlyWrong] = useState(false);
  const wrong = judgement.images.length - judgement.right;
  const images = onlyWrong ? judgement.images.filter((image) => !isRight(image)) : judgement.images;
  return (
    <Card
      title="Validation images"
      actions={<Switch label="Only mistakes" checked={onlyWrong} onChange={setOnlyWrong} />}
    >
      <p className={styles.note}>
        {wrong === 0
          ? 'All are recognised; the least sure come first.'
          : `${countOf(wrong, 'mistake')} first, then the others, the least sure leading.`}{' '}
        Below each: what the model says and how sure it is.
      </p>
      <Gallery images={images} classes={classes} label="Validation images" />
    </Card>
  );
}
