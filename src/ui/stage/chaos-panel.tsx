import { isRunning } from '../../stores/run.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { useApp, useRun, useStudio } from '../studio-context.ts';
import styles from './chaos-panel.module.css';

/** For developers, behind `?chaos=1`: breaks things, to see that nothing is lost by it. */
export function ChaosPanel() {
  const { chaos } = useStudio();
  const running = useRun((state) => isRunning(state.phase));
  const hasDevice = useApp(
    ({ connection }) => connection.phase === 'ready' && connection.device.backend === 'webgpu',
  );
  if (!chaos) return null;
  return (
    <Card title="Break something" className={styles.panel}>
      <p className={styles.text}>
        For developers. A lost device and a dead worker are brought back, and a run goes on from
        where it was kept. A batch that is not a number ends the run; what it had learned before is
        kept.{!hasDevice && ' WebAssembly has no device that could be lost.'}
      </p>
      <div className={styles.buttons}>
        <Button disabled={!hasDevice} onClick={() => void chaos.loseDevice()}>
          Lose the device
        </Button>
        <Button onClick={() => chaos.killWorker()}>Kill the worker</Button>
        <Button disabled={!running} onClick={() => void chaos.poisonBatch()}>
          Poison a batch with NaN
        </Button>
      </div>
    </Card>
  );
}
