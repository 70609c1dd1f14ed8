import { useEffect, useState } from 'react';
import { Dialog } from '../../components/dialog.tsx';
import { useDataset, useStudio } from '../../studio-context.ts';
import { ClassBars } from './class-bars.tsx';
import { isRight, type JudgedImage } from './judgement.ts';
import styles from './gallery.module.css';

interface ImageDialogProps {
  readonly image: JudgedImage;
  readonly classes: readonly string[];
  readonly onClose: () => void;
}

/** One validation image in full, with the model's first choices. */
export function ImageDialog({ image, classes, onClose }: ImageDialogProps) {
  const info = useDataset((state) => state.find(image.id));
  const url = useFullImage(image.id) ?? info?.url;
  const truth = classes[image.truth] ?? '';
  const title = isRight(image)
    ? `“${truth}”, recognised`
    : `“${truth}” taken for “${classes[image.predicted]}”`;
  return (
    <Dialog wide open onOpenChange={(open) => !open && onClose()} title={title}>
      <div className={styles.full}>
        {url ? (
          <img className={styles.picture} src={url} alt={info?.path ?? truth} />
        ) : (
          <p>This image is no longer among your images.</p>
        )}
        <div>
          <ClassBars classes={classes} probabilities={image.probabilities} />
          <p className={styles.path}>{info?.path}</p>
        </div>
      </div>
    </Dialog>
  );
}

/** The image's own file; the thumbnail stands in until it is there, and where it cannot be had. */
function useFullImage(imageId: number): string | null {
  const { trainer } = useStudio();
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let left = false;
    const show = (file: Blob) => {
      if (left) return;
      made = URL.createObjectURL(file);
      setUrl(made);
    };
    trainer.request('images.open', { imageId }).then(show, () => setUrl(null));
    return () => {
      left = true;
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [trainer, imageId]);
  return url;
}
