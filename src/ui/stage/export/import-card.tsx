import { useRef } from 'react';
import { formatBytes } from '../../../lib/format.ts';
import type { ImportItem } from '../../../protocol.ts';
import type { ResultsState } from '../../../stores/results.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Progress } from '../../components/progress.tsx';
import { DropTarget } from '../../panels/drop-target.tsx';
import { fromFiles, readDrop } from '../../panels/images/read-drop.ts';
import { trainedAmong } from '../../panels/trained-drop.ts';
import { useResults } from '../../studio-context.ts';
import { useBusy } from '../../use-busy.ts';
import styles from './export.module.css';
import { ReadyModelView } from './ready-model-view.tsx';

/** Opens an adapter or a zip that this page made. */
export function ImportCard() {
  const running = useBusy();
  const brought = useResults((state) => state.brought);
  const alone = useResults((state) => state.imported !== null);
  const importing = useResults((state) => state.importing);
  const importModel = useResults((state) => state.importModel);
  const chooser = useRef<HTMLInputElement>(null);
  const busy = running || importing !== null;
  const take = async (items: readonly ImportItem[]) => {
    const [first] = items;
    if (!first || busy) return;
    await importModel((await trainedAmong(items)) ?? { file: first.file, name: first.path });
  };
  const drop = async (transfer: DataTransfer) => take((await readDrop(transfer)).items);
  return (
    <DropTarget hint="Drop to open it" onDrop={(transfer) => void drop(transfer)}>
      <Card
        title="Open a trained model"
        actions={
          <Button disabled={busy} onClick={() => chooser.current?.click()}>
            Choose a file
          </Button>
        }
      >
        <input
          ref={chooser}
          type="file"
          accept=".safetensors,.zip,.json"
          multiple
          hidden
          aria-label="Adapter or zip"
          onChange={(event) => {
            void take(fromFiles(event.target.files ?? []));
            event.target.value = '';
          }}
        />
        <p className={styles.note}>
          {running
            ? 'Ready when the run has ended.'
            : 'Drop the zip “SAN Studio and timm” from above, or its folder, anywhere on the page: the run is on the list of runs again, with its curves, its scales and its model. An adapter.safetensors alone, or a zip made before runs came along with it, brings the model without its run.'}
        </p>
        {importing && (
          <Progress
            label={importing.note || 'Opening'}
            done={importing.done}
            total={importing.total}
            detail={detail(importing)}
          />
        )}
        {brought && <ReadyModelView model={brought} alone={alone} />}
      </Card>
    </DropTarget>
  );
}

function detail({ done, total, unit }: NonNullable<ResultsState['importing']>): string | undefined {
  if (total === 0) return undefined;
  if (unit === 'bytes') return `${formatBytes(done)} of ${formatBytes(total)}`;
  return `${done} of ${total}`;
}
