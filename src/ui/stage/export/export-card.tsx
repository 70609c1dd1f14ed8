import { formatBytes } from '../../../lib/format.ts';
import { saveFile } from '../../charts/save-file.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { useResults, useStudio } from '../../studio-context.ts';
import { useBusy } from '../../use-busy.ts';
import styles from './export.module.css';

const CONTENTS = [
  {
    name: 'adapter.safetensors',
    words: 'What was learned, alone and small: scales, shifts, norms and the last layer.',
  },
  {
    name: 'model.safetensors',
    words: 'The whole model with the scales folded into its weights; it runs as fast as before.',
  },
  { name: 'config.json', words: 'What timm needs to build the model, with your class names.' },
  {
    name: 'run.json',
    words: 'Every setting, curve and number of the run, to repeat or to cite it.',
  },
  {
    name: 'split.json',
    words: 'Which of your images were trained on and which judged the model, by file name.',
  },
  {
    name: 'eject/',
    words: 'Python scripts (PyTorch) that repeat the run, or train on from it, on other machines.',
  },
  { name: 'README.md', words: 'The lines of Python that load the model.' },
] as const;

export function ExportCard() {
  const { results } = useStudio();
  const running = useBusy();
  const hasModel = useResults((state) => state.judged !== null || state.imported !== null);
  const exported = useResults((state) => state.exported);
  const exporting = useResults((state) => state.exporting);
  const download = async () => {
    if (results.getState().exported === null) await results.getState().exportModel();
    const made = results.getState().exported;
    if (made) saveFile(made.file, made.name);
  };
  const missing = reasonNot(hasModel, running);
  return (
    <Card title="Take the model home">
      <p className={styles.note}>One zip with everything needed to use the model elsewhere:</p>
      <dl className={styles.contents}>
        {CONTENTS.map(({ name, words }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <div className={styles.action}>
        <Button
          variant="primary"
          disabled={missing !== null || exporting}
          onClick={() => void download()}
        >
          {exporting ? 'Writing the files …' : 'Download'}
        </Button>
        <span className={styles.note} role="status">
          {missing ?? (exported && `${exported.name}, ${formatBytes(exported.file.size)}`)}
        </span>
      </div>
    </Card>
  );
}

function reasonNot(hasModel: boolean, running: boolean): string | null {
  if (running) return 'Ready when the run has ended.';
  return hasModel ? null : 'Needs a finished run, or an adapter opened below.';
}
