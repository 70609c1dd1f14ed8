import { useState } from 'react';
import { countOf } from '../../../lib/format.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { useDataset } from '../../studio-context.ts';
import styles from './rejected-files.module.css';

const SHOWN = 500;

/** How many files could not be read, and behind a button which ones and why. */
export function RejectedFiles() {
  const rejected = useDataset((state) => state.rejected);
  const clearRejected = useDataset((state) => state.clearRejected);
  const [open, setOpen] = useState(false);
  if (rejected.length === 0) return null;
  return (
    <>
      <Notice
        tone="warning"
        onDismiss={clearRejected}
        actions={<Button onClick={() => setOpen(true)}>Show why</Button>}
      >
        {countOf(rejected.length, 'file')} could not be read; the others were added.
      </Notice>
      <Dialog open={open} onOpenChange={setOpen} title="Files that could not be read" wide>
        <ul className={styles.list}>
          {rejected.slice(0, SHOWN).map(({ path, reason }, index) => (
            <li key={index}>
              <span className={styles.path}>{path}</span>
              <span className={styles.reason}>{reason}</span>
            </li>
          ))}
        </ul>
        {rejected.length > SHOWN && <p>and {rejected.length - SHOWN} more.</p>}
      </Dialog>
    </>
  );
}
