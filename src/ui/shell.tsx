import { useEffect, useRef } from 'react';
import { isRunning } from '../stores/run.ts';
import { Button } from './components/button.tsx';
import { LiveRegion } from './components/live-region.tsx';
import { Notice } from './components/notice.tsx';
import { useImport } from './panels/images/use-import.ts';
import { Steps } from './panels/steps.tsx';
import { TrainControls } from './panels/train/train-controls.tsx';
import { ElsewhereDialog } from './top-bar/elsewhere-dialog.tsx';
import { QuestionDialog } from './question-dialog.tsx';
import styles from './shell.module.css';
import { ChaosPanel } from './stage/chaos-panel.tsx';
import { Stage } from './stage/stage.tsx';
import { useApp, useRun, useStudio } from './studio-context.ts';
import { Toasts } from './toasts.tsx';
import { TopBar } from './top-bar/top-bar.tsx';
import { useKeepWhenHidden } from './use-keep-when-hidden.ts';
import { useLeaveGuard } from './use-leave-guard.ts';
import { useNarrow } from './use-narrow.ts';
import { usePageTitle } from './use-page-title.ts';
import { useWakeLock } from './use-wake-lock.ts';
import { usePageDrop } from './use-page-drop.ts';

/** The whole page: bar, steps, stage, and what floats above them. */
export function Shell() {
  const narrow = useNarrow();
  const { importDrop } = useImport();
  const announcement = useApp((state) => state.announcement);
  const stage = useRef<HTMLElement>(null);
  const running = useRun((state) => isRunning(state.phase));
  useEffect(() => {
    if (narrow && running) stage.current?.scrollIntoView();
  }, [narrow, running]);
  useLeaveGuard();
  useKeepWhenHidden();
  useWakeLock();
  usePageTitle();
  usePageDrop((transfer) => void importDrop(transfer));
  return (
    <div className={styles.page}>
      <TopBar />
      <ConnectionProblem />
      <main className={styles.columns}>
        <div className={styles.side}>
          <div className={styles.steps}>
            <Steps />
          </div>
          {!narrow && <Foot />}
        </div>
        <section ref={stage} className={styles.stage} aria-label="What happens">
          <Stage />
          <ChaosPanel />
        </section>
      </main>
      {narrow && <Foot />}
      <Toasts />
      <QuestionDialog />
      <ElsewhereDialog />
      <LiveRegion message={announcement} />
    </div>
  );
}

/** In sight wherever the steps are scrolled to: under their column, or at the foot of a narrow page. */
function Foot() {
  return (
    <div className={styles.foot}>
      <TrainControls />
    </div>
  );
}

function ConnectionProblem() {
  const studio = useStudio();
  const connection = useApp((state) => state.connection);
  if (connection.phase !== 'failed') return null;
  return (
    <div className={styles.banner}>
      <Notice
        tone="error"
        title="Training cannot start on this device yet"
        actions={<Button onClick={() => void studio.connect()}>Try again</Button>}
      >
        {connection.message}
      </Notice>
    </div>
  );
}
