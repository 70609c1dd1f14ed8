import { useState } from 'react';
import { countOf } from '../../../lib/format.ts';
import type { ClassId, DatasetImage } from '../../../stores/dataset-contents.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Select } from '../../components/select.tsx';
import { useDataset } from '../../studio-context.ts';
import { ImageGrid } from './image-grid.tsx';
import { NOTHING_SELECTED, within, type Selection } from './selection.ts';
import styles from './gallery.module.css';

/** Which class's images are open; null the unsorted ones. */
export interface GalleryClass {
  readonly id: ClassId | null;
}

interface GalleryProps {
  readonly opened: GalleryClass;
  readonly images: readonly DatasetImage[];
  readonly onClose: () => void;
}

/** All images of one class, to select, move and remove. */
export function Gallery({ opened, images, onClose }: GalleryProps) {
  const classes = useDataset((state) => state.classes);
  const removeImages = useDataset((state) => state.removeImages);
  const moveImages = useDataset((state) => state.moveImages);
  const [held, setSelection] = useState<Selection>(NOTHING_SELECTED);
  const ids = images.map((image) => image.id);
  const selection = within(held, ids);
  const chosen = [...selection.chosen];
  const name = classes.find(({ id }) => id === opened.id)?.name ?? 'Unsorted';
  const targets = classes.filter(({ id }) => id !== opened.id);
  const remove = () => chosen.length > 0 && removeImages(chosen);
  return (
    <Dialog open onOpenChange={onClose} title={`${name} · ${countOf(images.length, 'image')}`} wide>
      <div className={styles.tools}>
        <span className={styles.count} role="status">
          {chosen.length === 0
            ? 'Select images; Shift selects a range.'
            : `${countOf(chosen.length, 'image')} selected`}
        </span>
        <Button
          variant="quiet"
          onClick={() =>
            setSelection({ ...selection, chosen: new Set(chosen.length > 0 ? [] : ids) })
          }
        >
          {chosen.length > 0 ? 'Select none' : 'Select all'}
        </Button>
        <div className={styles.move}>
          <Select
            label="Move the selected images to"
            hideLabel
            value=""
            placeholder="Move to…"
            disabled={chosen.length === 0 || targets.length === 0}
            options={targets.map((entry) => ({ value: String(entry.id), label: entry.name }))}
            onChange={(id) => moveImages(chosen, Number(id))}
          />
        </div>
        <Button variant="danger" disabled={chosen.length === 0} onClick={remove}>
          Remove
        </Button>
      </div>
      <ImageGrid
        label={`Images of ${name}`}
        images={images}
        selection={selection}
        onChange={setSelection}
        onRemove={remove}
      />
    </Dialog>
  );
}
