import { countOf } from '../../../lib/format.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Gallery } from './gallery.tsx';
import type { JudgedImage } from './judgement.ts';

interface GalleryDialogProps {
  readonly title: string;
  readonly images: readonly JudgedImage[];
  readonly classes: readonly string[];
  readonly open: boolean;
  readonly onClose: () => void;
}

/** The images of one cell of the confusion matrix. */
export function GalleryDialog({ title, images, classes, open, onClose }: GalleryDialogProps) {
  return (
    <Dialog
      wide
      open={open}
      onOpenChange={(stays) => !stays && onClose()}
      title={title}
      description={countOf(images.length, 'validation image')}
    >
      <Gallery images={images} classes={classes} label={title} />
    </Dialog>
  );
}
