import {
  classScores,
  confusionMatrix,
  predictedClasses,
  wilsonInterval,
  type ClassScore,
  type ConfusionMatrix,
  type Interval,
} from '../../../lib/statistics.ts';
import type { Evaluation, ImageId } from '../../../protocol.ts';

/** One validation image, as the model judged it. */
export interface JudgedImage {
  readonly id: ImageId;
  readonly truth: number;
  readonly predicted: number;
  /** Probability of the predicted class. */
  readonly confidence: number;
  /** Of every class. */
  readonly probabilities: Float32Array;
}

export interface Judgement {
  readonly images: readonly JudgedImage[];
  readonly right: number;
  /** How many images were judged, whether they are here or not. */
  readonly total: number;
  readonly interval: Interval;
  readonly confusion: ConfusionMatrix;
  readonly scores: readonly ClassScore[];
}

/** Everything the Results tab shows of an evaluation of `classes` classes. */
export function judge(evaluation: Evaluation, classes: number): Judgement {
  const predicted = predictedClasses(evaluation.probabilities, classes);
  const confusion = evaluation.confusion
    ? { classes, counts: Uint32Array.from(evaluation.confusion.flat()) }
    : confusionMatrix(evaluation.labels, predicted, classes);
  const images = evaluation.images.map((id, row) => {
    const probabilities = evaluation.probabilities.subarray(row * classes, (row + 1) * classes);
    const guess = predicted[row] ?? 0;
    return {
      id,
      truth: evaluation.labels[row] ?? 0,
      predicted: guess,
      confidence: probabilities[guess] ?? 0,
      probabilities,
    };
  });
  const total = confusion.counts.reduce((sum, count) => sum + count, 0);
  const right = confusion.counts
    .filter((_, cell) => cell % (classes + 1) === 0)
    .reduce((sum, count) => sum + count, 0);
  return {
    images: worstFirst(images),
    right,
    total,
    interval: wilsonInterval(right, total),
    confusion,
    scores: classScores(confusion),
  };
}

export function isRight({ truth, predicted }: JudgedImage): boolean {
  return truth === predicted;
}

/** Wrong ones first, the surest mistakes leading; then right ones, the least sure leading. */
function worstFirst(images: readonly JudgedImage[]): JudgedImage[] {
  const wrong = images.filter((image) => !isRight(image));
  const right = images.filter(isRight);
  return [
    ...wrong.sort((a, b) => b.confidence - a.confidence),
    ...right.sort((a, b) => a.confidence - b.confidence),
  ];
}
