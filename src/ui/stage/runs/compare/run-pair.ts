import { pairedDifference, type Difference } from '../../../../lib/race.ts';
import { predictedClasses } from '../../../../lib/statistics.ts';
import type { ImageId } from '../../../../protocol.ts';
import type { FinishedRun } from '../../../../stores/runs.ts';

/** Two runs over the very images that judged both. */
export interface RunPair {
  readonly images: number;
  /** Accuracy of the first less that of the second, with its 95 % interval. */
  readonly difference: Difference;
  readonly onlyFirst: readonly ImageId[];
  readonly onlySecond: readonly ImageId[];
}

/** Null where the runs were not judged by the same images under the same classes. */
export function runPair(first: FinishedRun, second: FinishedRun): RunPair | null {
  const [one, other] = [judgements(first), judgements(second)];
  const ids = [...one.keys()];
  if (one.size !== other.size || ids.length === 0) return null;
  const classes = first.start.classes.join('\n');
  if (classes !== second.start.classes.join('\n') || !ids.every((id) => other.has(id))) return null;
  const result = (judged: ReadonlyMap<ImageId, boolean>) => ({
    method: '',
    seed: 0,
    right: ids.map((id) => Number(judged.get(id) ?? false)),
  });
  const difference = pairedDifference([result(one)], [result(other)]);
  if (difference === null) return null;
  return {
    images: ids.length,
    difference,
    onlyFirst: ids.filter((id) => one.get(id) && !other.get(id)),
    onlySecond: ids.filter((id) => other.get(id) && !one.get(id)),
  };
}

/** Image → whether the run was right about it. */
function judgements({ start, result }: FinishedRun): ReadonlyMap<ImageId, boolean> {
  const { images, labels, probabilities } = result.evaluation;
  const predicted = predictedClasses(probabilities, start.classes.length);
  return new Map(images.map((id, row) => [id, predicted[row] === labels[row]]));
}
