/** How sure the mean of a table is that several trainings and many images were drawn for. */
import { studentT } from './student-t.ts';

/** One value for every training (rows) and every image (columns). */
export type CrossedTable = readonly ArrayLike<number>[];

export interface CrossedMean {
  readonly mean: number;
  /** Of the mean; 0 where nothing varies, or where one image alone tells nothing. */
  readonly variance: number;
  /** Student's t that holds 95 %. */
  readonly t: number;
}

interface Squares {
  readonly images: number;
  readonly trainings: number;
  readonly rest: number;
}

/**
 * The mean of a table in which every training meets every image, and how much it would vary
 * with other images and other trainings of the same kind. Both are taken as drawn by chance:
 * the variance is (MS images + MS trainings − MS rest) / (images · trainings), the two-way
 * analysis of variance, where a negative part for the trainings counts as none; its degrees
 * of freedom are Satterthwaite's (Biometrics 2, 1946). With one training, only the images
 * are counted, and the training's own luck stays unknown.
 */
export function crossedMean(table: CrossedTable): CrossedMean {
  const images = table[0]?.length ?? 0;
  const trainings = table.length;
  const squares = meanSquares(table, images, trainings);
  const ofTrainings = Math.max(0, squares.trainings - squares.rest);
  const variance = (squares.images + ofTrainings) / (images * trainings);
  const freedom = ofTrainings > 0 ? satterthwaite(squares, images, trainings) : images - 1;
  return { mean: meanOf(table), variance, t: studentT(Math.max(1, freedom)) };
}

function meanOf(table: CrossedTable): number {
  return average(table.map((row) => average(Array.from(row))));
}

function meanSquares(table: CrossedTable, images: number, trainings: number): Squares {
  const mean = meanOf(table);
  const ofTraining = table.map((row) => average(Array.from(row)));
  const ofImage = Array.from({ length: images }, (_, image) =>
    average(table.map((row) => row[image] ?? 0)),
  );
  let rest = 0;
  table.forEach((row, training) => {
    ofImage.forEach((imageMean, image) => {
      rest += ((row[image] ?? 0) - imageMean - (ofTraining[training] ?? 0) + mean) ** 2;
    });
  });
  const spread = (means: readonly number[]): number =>
    means.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    images: images > 1 ? (trainings * spread(ofImage)) / (images - 1) : 0,
    trainings: trainings > 1 ? (images * spread(ofTraining)) / (trainings - 1) : 0,
    rest: images > 1 && trainings > 1 ? rest / ((images - 1) * (trainings - 1)) : 0,
  };
}

function satterthwaite(squares: Squares, images: number, trainings: number): number {
  const sum = squares.images + squares.trainings - squares.rest;
  const [ofImages, ofTrainings] = [images - 1, trainings - 1];
  const parts =
    squares.images ** 2 / Math.max(1, ofImages) +
    squares.trainings ** 2 / ofTrainings +
    squares.rest ** 2 / Math.max(1, ofImages * ofTrainings);
  return sum ** 2 / parts;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
