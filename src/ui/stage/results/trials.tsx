import { useCallback } from 'react';
import type { Trial } from '../../../stores/results.ts';
import { CloseIcon } from '../../components/icons.tsx';
import { useResults } from '../../studio-context.ts';
import { ClassBars } from './class-bars.tsx';
import styles from './results.module.css';

/** The images tried so far, newest first. */
export function Trials() {
  const trials = useResults((state) => state.trials);
  if (trials.length === 0) return null;
  return (
    <ul className={styles.trials} aria-label="Images tried">
      {trials.map((trial) => (
        <TrialLine key={trial.id} trial={trial} />
      ))}
    </ul>
  );
}

function TrialLine({ trial }: { readonly trial: Trial }) {
  const remove = useResults((state) => state.removeTrial);
  return (
    <li className={styles.trial}>
      <FilePicture file={trial.image} />
      <div aria-live="polite">
        <p className={styles.file} title={trial.name}>
          {trial.name}
        </p>
        <Outcome trial={trial} />
      </div>
      <button
        type="button"
        className={styles.remove}
        aria-label={`Remove ${trial.name}`}
        onClick={() => remove(trial.id)}
      >
        <CloseIcon />
      </button>
    </li>
  );
}

function Outcome({ trial: { prediction, failure } }: { readonly trial: Trial }) {
  if (failure !== null) return <p className={styles.failure}>{failure.message}</p>;
  if (prediction === null) return <p>Looking …</p>;
  return (
    <ClassBars classes={prediction.classes} probabilities={prediction.probabilities} count={3} />
  );
}

/** Shows a file that has no address of its own. */
function FilePicture({ file }: { readonly file: Blob }) {
  const show = useCallback(
    (image: HTMLImageElement) => {
      const url = URL.createObjectURL(file);
      image.src = url;
      return () => URL.revokeObjectURL(url);
    },
    [file],
  );
  return <img ref={show} className={styles.tried} alt="" />;
}
