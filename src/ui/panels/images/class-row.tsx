import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import type { DatasetClass, DatasetImage } from '../../../stores/dataset-contents.ts';
import { MoreIcon } from '../../components/icons.tsx';
import menu from '../../components/menu.module.css';
import { useDataset } from '../../studio-context.ts';
import { classNames } from '../../class-names.ts';
import { DropTarget } from '../drop-target.tsx';
import { MergeDialog } from './merge-dialog.tsx';
import { NameForm } from '../../components/name-form.tsx';
import { Strip } from './strip.tsx';
import { useImport } from './use-import.ts';
import styles from './class-list.module.css';

interface ClassRowProps {
  readonly entry: DatasetClass;
  readonly images: readonly DatasetImage[];
  readonly onOpen: () => void;
}

/** One class: its name, count and first images; takes files dropped on it. */
export function ClassRow({ entry, images, onOpen }: ClassRowProps) {
  const { importDrop } = useImport();
  const renameClass = useDataset((state) => state.renameClass);
  const [renaming, setRenaming] = useState(false);
  return (
    <li>
      <DropTarget
        className={styles.row}
        hint={`Drop to add to “${entry.name}”`}
        onDrop={(transfer) => void importDrop(transfer, entry.id)}
      >
        {renaming ? (
          <div className={styles.form}>
            <NameForm
              label={`New name of ${entry.name}`}
              initial={entry.name}
              submit="Rename"
              onSubmit={(name) => renameClass(entry.id, name)}
              onClose={() => setRenaming(false)}
            />
          </div>
        ) : (
          <>
            <span className={styles.name} title={entry.name}>
              {entry.name}
            </span>
            <span className={styles.count}>{images.length.toLocaleString('en')}</span>
            <ClassMenu entry={entry} onRename={() => setRenaming(true)} onOpen={onOpen} />
          </>
        )}
        <Strip images={images} name={entry.name} onOpen={onOpen} />
      </DropTarget>
    </li>
  );
}

interface ClassMenuProps {
  readonly entry: DatasetClass;
  readonly onRename: () => void;
  readonly onOpen: () => void;
}

function ClassMenu({ entry, onRename, onOpen }: ClassMenuProps) {
  const deleteClass = useDataset((state) => state.deleteClass);
  const alone = useDataset((state) => state.classes.length < 2);
  const [merging, setMerging] = useState(false);
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className={styles.more} aria-label={`Change ${entry.name}`}>
          <MoreIcon />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className={menu.content} align="end" sideOffset={4}>
            <MenuItem onSelect={onOpen}>See all images</MenuItem>
            <MenuItem onSelect={onRename}>Rename</MenuItem>
            <MenuItem onSelect={() => setMerging(true)} disabled={alone}>
              Merge into another class…
            </MenuItem>
            <MenuItem onSelect={() => deleteClass(entry.id)}>Delete with its images</MenuItem>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {merging && <MergeDialog entry={entry} onClose={() => setMerging(false)} />}
    </>
  );
}

function MenuItem({ className, ...rest }: DropdownMenu.DropdownMenuItemProps) {
  return <DropdownMenu.Item className={classNames(menu.item, className)} {...rest} />;
}
