import { isRunning, type RunState } from '../../../stores/run.ts';
import { Notice } from '../../components/notice.tsx';
import { useCatalog, useResults, useRun } from '../../studio-context.ts';
import { Empty } from '../empty.tsx';
import styles from '../stage.module.css';
import { ModesCard } from './modes-card.tsx';
import { ScaleExplorer } from './scale-explorer.tsx';
import { StrengthCard } from './strength-card.tsx';

export function ScalesTab() {
  const imported = useResults((state) => state.imported);
  const running = useRun((state) => isRunning(state.phase));
  if (imported !== null && !running) return <ImportedScales />;
  return <RunScales />;
}

function RunScales() {
  const start = useRun((state) => state.start);
  const frames = useRun((state) => state.frames);
  const kept = useRun(keptStep);
  const method = useCatalog((state) => state.methods.find(({ name }) => name === start?.method));
  if (start === null) {
    return (
      <Empty title="The scales of a run">
        While a run with SAN trains, every learned scale appears here as a small coloured cell:
        orange where a feature is turned up, purple where it is turned down.
      </Empty>
    );
  }
  if (start.scaleSites.length === 0) {
    return (
      <Empty title="This run has no scales">
        “{method?.label ?? start.method}” learns no scale per channel, so there is nothing to draw.
        Choose SAN in the step Method to see them.
      </Empty>
    );
  }
  return (
    <div className={styles.stack}>
      <ScaleExplorer key={start.runId} sites={start.scaleSites} frames={frames} kept={kept}>
        {(step) => (
          <div className={styles.pair}>
            <ModesCard step={step} />
            <StrengthCard step={step} />
          </div>
        )}
      </ScaleExplorer>
    </div>
  );
}

/** The last step of the best epoch, whose weights the run has when it has ended. */
function keptStep({ result, epochs }: RunState): number | null {
  return epochs.find(({ epoch }) => epoch === result?.bestEpoch)?.step ?? null;
}

/** An adapter brings its scales but neither a history nor a validation set. */
function ImportedScales() {
  const imported = useResults((state) => state.imported);
  if (imported === null) return null;
  const { scaleSites, scales, method } = imported;
  if (scaleSites.length === 0) {
    return (
      <Empty title="This adapter has no scales">
        It was made with “{method}”, which learns no scale per channel.
      </Empty>
    );
  }
  return (
    <div className={styles.stack}>
      <Notice tone="info">
        These are the scales of the adapter you opened. Its training history is not in the file.
      </Notice>
      <ScaleExplorer sites={scaleSites} frames={[{ step: 0, values: scales }]} />
    </div>
  );
}
