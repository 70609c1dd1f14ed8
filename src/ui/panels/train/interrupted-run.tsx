import type { RunPlace } from '../../../protocol.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { useRun, useStudio } from '../../studio-context.ts';

/** A run that was under way when the page, the worker or the device went away, and what can be done with it. */
export function InterruptedRun() {
  const studio = useStudio();
  const unfinished = useRun((state) => state.unfinished);
  const place = useRun((state) => state.place);
  const discard = useRun((state) => state.discard);
  if (!unfinished || !place) return null;
  const epochs = Number(unfinished.config.training['epochs']);
  return (
    <Notice
      tone="info"
      title="A run was interrupted"
      actions={
        <>
          <Button variant="primary" onClick={() => void studio.goOn()}>
            Resume
          </Button>
          <Button onClick={discard}>Discard</Button>
        </>
      }
    >
      “{unfinished.name}” was interrupted {placeWords(place, epochs)}. It goes on from there as if
      nothing had been.
    </Notice>
  );
}

function placeWords({ epoch, step }: RunPlace, epochs: number): string {
  if (step === 0) return 'before its first step';
  if (epoch > epochs) return 'after its last step, before its result was written down';
  return `in epoch ${epoch} of ${epochs}, after step ${step}`;
}
