import { useMemo, useState } from 'react';
import { imagesByClass, type DatasetImage } from '../../../stores/dataset-contents.ts';
import { Button } from '../../components/button.tsx';
import { useDataset } from '../../studio-context.ts';
import { ClassRow } from './class-row.tsx';
import { Gallery, type GalleryClass } from './gallery.tsx';
import { NameForm } from '../../components/name-form.tsx';
import { Strip } from './strip.tsx';
import styles from './class-list.module.css';

const SHOWN = 40;
const NONE: readonly DatasetImage[] = [];

/** All classes with their counts and first thumbnails; unsorted images first. */
export function ClassList() {
  const classes = useDataset((state) => state.classes);
  const images = useDataset((state) => state.images);
  const groups = useMemo(() => imagesByClass(images), [images]);
  const [all, setAll] = useState(false);
  const [opened, setOpened] = useState<GalleryClass | null>(null);
  const shown = all ? classes : classes.slice(0, SHOWN);
  const unsorted = groups.get(null) ?? NONE;
  return (
    <>
      <ul className={styles.list} aria-label="Classes">
        {unsorted.length > 0 && (
          <li className={styles.row}>
            <span className={styles.name}>Unsorted</span>
            <Strip images={unsorted} name="Unsorted" onOpen={() => setOpened({ id: null })} />
          </li>
        )}
        {shown.map((entry) => (
          <ClassRow
            key={entry.id}
            entry={entry}
            images={groups.get(entry.id) ?? NONE}
            onOpen={() => setOpened({ id: entry.id })}
          />
        ))}
      </ul>
      {classes.length > shown.length && (
        <Button variant="quiet" onClick={() => setAll(true)}>
          Show all {classes.length} classes
        </Button>
      )}
      <ListTools />
      {opened && (
        <Gallery
          opened={opened}
          images={groups.get(opened.id) ?? NONE}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}

/** Adds a class, or empties the list. */
function ListTools() {
  const createClass = useDataset((state) => state.createClass);
  const clear = useDataset((state) => state.clear);
  const busy = useDataset((state) => state.importing !== null);
  const [naming, setNaming] = useState(false);
  if (naming) {
    return (
      <NameForm
        label="Name of the new class"
        initial=""
        submit="Add"
        onSubmit={createClass}
        onClose={() => setNaming(false)}
      />
    );
  }
  return (
    <div className={styles.tools}>
      <Button variant="quiet" onClick={() => setNaming(true)}>
        Add a class
      </Button>
      <Button variant="quiet" disabled={busy} onClick={clear}>
        Remove all
      </Button>
    </div>
  );
}
