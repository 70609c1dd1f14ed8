import { useRef } from 'react';
import { formatBytes } from '../../../lib/format.ts';
import type { ResultsState } from '../../../stores/results.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Progress } from '../../components/progress.tsx';
import { DropTarget } from '../../panels/drop-target.tsx';
import { useResults } from '../../studio-context.ts';
import { useBusy } from '../../use-busy.ts';
import styles from './export.module.css';
import { ReadyModelView } from './ready-model-view.tsx';

/** Opens an adapter or a zip that this page made. */
export function ImportCard() {
  const running = useBusy();
  const imported = useResults((state) => state.imported);
  const importing = useResults((state) => state.importing);
  const importModel = useResults((state) => state.importModel);
  const chooser = useRef<HTMLInputElement>(null);
  const busy = running || importing !== null;
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file && !busy) void importModel(file, file.name);
  };
  return (
    <DropTarget hint="Drop to open it" onDrop={(transfer) => take(transfer.files)}>
      <Card
        title="Open an adapter"
        actions={
          <Button disabled={busy} onClick={() => chooser.current?.click()}>
            Choose a file
          </Button>
        }
      >
        <input
          ref={chooser}
          type="file"
          accept=".safetensors,.zip"
          hidden
          aria-label="Adapter or zip"
          onChange={(event) => {
            take(event.target.files);
            event.target.value = '';
          }}
        />
        <p className={styles.note}>
          {running
            ? 'Ready when the run has ended.'
            : 'Drop an adapter.safetensors, or the zip “SAN Studio and timm” from above, anywhere on the page. Its backbone is opened with it, and it predicts as it did when it was saved.'}
        </p>
        {importing && (
          <Progress
            label={importing.note || 'Opening'}
            done={importing.done}
            total={importing.total}
            detail={detail(importing)}
          />
        )}
        {imported && <ReadyModelView model={imported} />}
      </Card>
    </DropTarget>
  );
}

function detail({ done, total, unit }: NonNullable<ResultsState['importing']>): string | undefined {
  if (total === 0) return undefined;
  if (unit === 'bytes') return `${formatBytes(done)} of ${formatBytes(total)}`;
  return `${done} of ${total}`;
}
