import { useRef, useState } from 'react';
import type { FinishedRun } from '../../../../stores/runs.ts';
import { PencilIcon } from '../../../components/icons.tsx';
import { NameForm } from '../../../components/name-form.tsx';
import { useRun } from '../../../studio-context.ts';
import { numberedName } from '../run-names.ts';
import styles from './run-list.module.css';

/** The name, which turns into a text field: Enter keeps what is typed, Escape what was. */
export function RunName({ run }: { readonly run: FinishedRun }) {
  const rename = useRun((state) => state.rename);
  const [renaming, setRenaming] = useState(false);
  const again = useRef<HTMLButtonElement>(null);
  const name = numberedName(run);
  const close = () => {
    setRenaming(false);
    // The field that had the focus is gone; the button stands there again after this frame.
    requestAnimationFrame(() => again.current?.focus());
  };
  const take = (typed: string) => {
    if (typed.trim() === '') return 'A run needs a name; got an empty one.';
    rename(run.start.runId, typed.trim());
    return null;
  };
  if (renaming) {
    return (
      <NameForm
        label={`New name of run ${name}`}
        initial={run.name}
        submit="Save"
        onSubmit={take}
        onClose={close}
      />
    );
  }
  return (
    <span className={styles.name}>
      {name}
      <button
        ref={again}
        type="button"
        className={styles.rename}
        aria-label={`Rename run ${name}`}
        onClick={() => setRenaming(true)}
      >
        <PencilIcon />
      </button>
    </span>
  );
}
