import { useMemo } from 'react';
import { hasOtherLabels, imagesByClass } from '../../../stores/dataset-contents.ts';
import { alikeWords } from '../../../stores/look-alikes.ts';
import { isRunning } from '../../../stores/run.ts';
import { Notice } from '../../components/notice.tsx';
import { useDataset, useRun } from '../../studio-context.ts';

const LOPSIDED = 4;
const FEW = 10;

/** What a run would still need, or might suffer from. */
export function DatasetHints() {
  const images = useDataset((state) => state.images);
  const classes = useDataset((state) => state.classes);
  const missing = useDataset((state) => state.missing);
  const hint = useMemo(() => {
    if (images.size === 0) return null;
    const groups = imagesByClass(images);
    const sizes = classes.map(({ id, name }) => ({ name, count: groups.get(id)?.length ?? 0 }));
    return missing() ?? unsorted(groups.get(null)?.length ?? 0) ?? imbalance(sizes);
  }, [images, classes, missing]);
  return (
    <>
      <ChangedUnderRun />
      {hint !== null && <Notice tone="info">{hint}</Notice>}
      <Alikes />
    </>
  );
}

/** What was found of near-duplicates, once the images are all there. */
function Alikes() {
  const images = useDataset((state) => state.images);
  const classes = useDataset((state) => state.classes);
  const importing = useDataset((state) => state.importing !== null);
  const words = useMemo(
    () => (importing ? null : alikeWords({ images, classes, nextClass: 0 })),
    [images, classes, importing],
  );
  return words === null ? null : <Notice tone="info">{words}</Notice>;
}

/** A run keeps the labels it began with, whatever happens to the classes meanwhile. */
function ChangedUnderRun() {
  const images = useDataset((state) => state.images);
  const classes = useDataset((state) => state.classes);
  const config = useRun((state) => (isRunning(state.phase) ? state.config : null));
  const changed = useMemo(
    () => config !== null && hasOtherLabels(config.classes, { images, classes, nextClass: 0 }),
    [config, images, classes],
  );
  if (!changed) return null;
  return (
    <Notice tone="warning">
      Images or classes were changed since this run began. It goes on with the labels it began with;
      the changes count from the next run on.
    </Notice>
  );
}

function unsorted(count: number): string | null {
  if (count === 0) return null;
  const are = count === 1 ? '1 image is' : `${count} images are`;
  return `${are} unsorted and will not be trained on: open them and move them to a class.`;
}

function imbalance(sizes: readonly { name: string; count: number }[]): string | null {
  const sorted = sizes.toSorted((a, b) => a.count - b.count);
  const [least, most] = [sorted.at(0), sorted.at(-1)];
  if (!least || !most) return null;
  if (most.count >= LOPSIDED * least.count) {
    const times = Math.floor(most.count / least.count);
    return `“${most.name}” has ${times} times as many images as “${least.name}”: the model may lean towards it. More images of “${least.name}” would help.`;
  }
  if (least.count >= FEW) return null;
  return `Few images: accuracy will be a rough guess. ${FEW} or more per class is a good start.`;
}
