import type { ImageId, RunConfig } from '../protocol.ts';
import type { RunEntry } from '../projects/records.ts';
import type { Evaluation } from '../protocol.ts';
import { thinned } from './frame-history.ts';

/** A run of this page that came to its end, kept to be compared and opened again. */
export type FinishedRun = RunEntry;

const FRAME_BYTES = 192 * 2 ** 20;

/**
 * The runs, oldest first, with all their scale frames together in at most `limit` bytes: where
 * they hold more, the run with the most gives up every other frame. The newest keeps its own.
 */
export function withinFrameBudget(
  runs: readonly FinishedRun[],
  limit = FRAME_BYTES,
): readonly FinishedRun[] {
  const total = runs.reduce((sum, run) => sum + frameBytes(run), 0);
  if (total <= limit) return runs;
  const heaviest = runs
    .slice(0, -1)
    .filter(({ frames }) => frames.length > 2)
    .reduce<FinishedRun | null>(
      (most, run) => (most === null || frameBytes(run) > frameBytes(most) ? run : most),
      null,
    );
  if (heaviest === null) return runs;
  const frames = thinned(heaviest.frames, Math.ceil(heaviest.frames.length / 2));
  const lighter = runs.map((run) => (run === heaviest ? { ...run, frames } : run));
  return withinFrameBudget(lighter, limit);
}

/** All images that a run trains on and is judged by. */
export function imagesOfRun({ classes }: RunConfig): ImageId[] {
  return classes.flatMap(({ images, validation = [] }) => [...images, ...validation]);
}

function frameBytes({ frames }: FinishedRun): number {
  return frames.reduce((sum, { values }) => sum + values.byteLength, 0);
}

/** How many images an evaluation is of, whether they are here or not. */
export function imagesJudged({ images, confusion = [] }: Evaluation): number {
  return confusion.flat().reduce((sum, count) => sum + count, images.length);
}

/** Whether both were judged by the same images, of the same classes, in the same order: image by image. */
export function judgedAlike(a: FinishedRun, b: FinishedRun): boolean {
  const [one, other] = [a.result.evaluation, b.result.evaluation];
  const same = (first: ArrayLike<unknown>, second: ArrayLike<unknown>): boolean =>
    first.length === second.length &&
    Array.from(first).every((value, index) => value === second[index]);
  return (
    one.images.length > 0 &&
    same(a.start.classes, b.start.classes) &&
    same(one.images, other.images) &&
    same(one.labels, other.labels)
  );
}
