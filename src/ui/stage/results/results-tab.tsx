import { useMemo, useState, type ReactNode } from 'react';
import type { Evaluation } from '../../../protocol.ts';
import type { JudgedRun } from '../../../stores/results.ts';
import { Card } from '../../components/card.tsx';
import { Notice } from '../../components/notice.tsx';
import { useResults } from '../../studio-context.ts';
import { useBusy } from '../../use-busy.ts';
import { Empty } from '../empty.tsx';
import styles from '../stage.module.css';
import { AccuracyCard } from './accuracy-card.tsx';
import { ClassTable } from './class-table.tsx';
import { ConfusionGrid, NUMBERED } from './confusion-grid.tsx';
import { GalleryDialog } from './gallery-dialog.tsx';
import { judge, type JudgedImage } from './judgement.ts';
import { TryCard } from './try-card.tsx';
import { ValidationGallery } from './validation-gallery.tsx';

export function ResultsTab() {
  const judged = useResults((state) => state.judged);
  const evaluation = useResults((state) => state.evaluation);
  const imported = useResults((state) => state.imported);
  const running = useBusy();
  if (judged === null && imported === null) {
    return (
      <Empty title="How good is it?">
        {running
          ? 'When this run has ended, its accuracy, its mistakes and every validation image stand here.'
          : 'After a run, its accuracy, its mistakes and every validation image stand here, and you can show the model new images.'}
      </Empty>
    );
  }
  return (
    <div className={styles.stack}>
      {imported !== null && (
        <Notice tone="info">
          The adapter you opened now answers below. It brought no validation images
          {judged === null ? '.' : '; the figures are those of your last run.'}
        </Notice>
      )}
      {imported !== null && <TryCard running={running} />}
      {judged !== null && evaluation !== null && (
        <RunResults judged={judged} evaluation={evaluation}>
          {imported === null && <TryCard running={running} />}
        </RunResults>
      )}
    </div>
  );
}

interface Selection {
  readonly title: string;
  readonly images: readonly JudgedImage[];
}

interface RunResultsProps {
  readonly judged: JudgedRun;
  readonly evaluation: Evaluation;
  /** Stands between the figures and the images. */
  readonly children: ReactNode;
}

function RunResults({ judged, evaluation, children }: RunResultsProps) {
  const { classes } = judged.start;
  const judgement = useMemo(() => judge(evaluation, classes.length), [evaluation, classes.length]);
  const [selection, setSelection] = useState<Selection | null>(null);
  const here = judgement.images.length > 0;
  const openCell = (truth: number, predicted: number) =>
    setSelection({
      title: cellTitle(classes[truth] ?? '', classes[predicted] ?? '', truth === predicted),
      images: judgement.images.filter(
        (image) => image.truth === truth && image.predicted === predicted,
      ),
    });
  return (
    <>
      <AccuracyCard judged={judged} judgement={judgement} />
      <div className={classes.length > NUMBERED ? styles.single : styles.pair}>
        <Card title="What is taken for what">
          <ConfusionGrid
            confusion={judgement.confusion}
            classes={classes}
            onOpen={here ? openCell : undefined}
          />
        </Card>
        <Card title="Class by class">
          <ClassTable scores={judgement.scores} classes={classes} />
        </Card>
      </div>
      {children}
      {here ? (
        <ValidationGallery judgement={judgement} classes={classes} />
      ) : (
        <Notice tone="info">
          This run came from a file, without the images that judged it: the figures are those of its
          own training. Bring its images into step 1 and open the file again to look at each of
          them.
        </Notice>
      )}
      <GalleryDialog
        title={selection?.title ?? ''}
        images={selection?.images ?? []}
        classes={classes}
        open={selection !== null}
        onClose={() => setSelection(null)}
      />
    </>
  );
}

function cellTitle(truth: string, predicted: string, right: boolean): string {
  return right ? `“${truth}”, recognised` : `“${truth}” taken for “${predicted}”`;
}
