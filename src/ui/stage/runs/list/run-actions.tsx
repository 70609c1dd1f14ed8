import { useId } from 'react';
import type { FinishedRun } from '../../../../stores/runs.ts';
import { Button } from '../../../components/button.tsx';
import { useApp, useRun, useStudio } from '../../../studio-context.ts';
import { useBusy } from '../../../use-busy.ts';
import { numberedName } from '../run-names.ts';
import styles from './run-list.module.css';

interface RunActionsProps {
  readonly run: FinishedRun;
  readonly open: boolean;
}

/** Says once for the whole list why nothing can be opened now. */
export const BUSY_NOTE = 'runs-busy';

/** Opening, exporting and deleting one run; what cannot be done says why. */
export function RunActions({ run, open }: RunActionsProps) {
  const { run: runs, app } = useStudio();
  const setTab = useApp((state) => state.setTab);
  const busy = useBusy();
  const opening = useRun((state) => state.opening);
  const reason = useId();
  const { runId } = run.start;
  const name = numberedName(run);
  const closed = !run.kept || busy || opening !== null;
  const why = run.kept ? (busy ? BUSY_NOTE : undefined) : reason;
  const takeHome = async () => {
    if (!open) await runs.getState().open(runId);
    if (runs.getState().opened === runId) setTab('export');
  };
  const remove = async () => {
    const sure = await app.getState().ask({
      title: 'Delete this run?',
      text: `“${name}” leaves the list with its curves, and its model is forgotten. This cannot be undone.`,
      confirm: 'Delete it',
    });
    if (sure) await runs.getState().remove(runId);
  };
  return (
    <>
      <div className={styles.buttons}>
        {open ? (
          <span className={styles.open}>Open now</span>
        ) : (
          <Button
            aria-label={`Open run ${name}`}
            aria-describedby={why}
            disabled={closed}
            onClick={() => void runs.getState().open(runId)}
          >
            {opening === runId ? 'Opening…' : 'Open'}
          </Button>
        )}
        <Button
          variant="quiet"
          aria-label={`Export run ${name}`}
          aria-describedby={why}
          disabled={closed}
          onClick={() => void takeHome()}
        >
          Export
        </Button>
        <Button
          variant="quiet"
          aria-label={`Delete run ${name}`}
          aria-describedby={busy ? BUSY_NOTE : undefined}
          disabled={busy}
          onClick={() => void remove()}
        >
          Delete
        </Button>
      </div>
      {!run.kept && (
        <p id={reason} className={styles.reason}>
          There was no room to keep its model: it can be compared, not opened.
        </p>
      )}
    </>
  );
}
