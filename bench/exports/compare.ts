/** What a program answered about exported files, held to what the page answers. */

/** How far another program was off. */
export interface ExportRow {
  readonly model: string;
  readonly format: string;
  /** The program, and whose pixels it was given. */
  readonly client: string;
  /** In what the difference counts: logits, points of the shares a page shows, or a training's losses. */
  readonly measure: 'logits' | 'points' | 'losses';
  readonly largest: number;
  /** Of those asked, how many were given the same class; null where no image was. */
  readonly sameClass: number | null;
  /** Images, or steps of training. */
  readonly asked: number;
  /** The largest difference there may be; null where the program resizes images in its own way. */
  readonly allowed: number | null;
}

type Named = Pick<ExportRow, 'model' | 'format' | 'client' | 'allowed'>;
type Answers = readonly ArrayLike<number>[];

/** Logits of the same images, image after image. */
export function compareLogits(named: Named, expected: Answers, answers: Answers): ExportRow {
  const sameClass = expected.filter((row, image) => {
    const answer = answers[image];
    return answer !== undefined && largestAt(row) === largestAt(answer);
  });
  return {
    ...named,
    measure: 'logits',
    largest: largestDifference(expected, answers),
    sameClass: sameClass.length,
    asked: expected.length,
  };
}

/** Largest |Δ| over all numbers; NaN where one is missing. */
export function largestDifference(expected: Answers, answers: Answers): number {
  const differences = expected.flatMap((row, image) =>
    Array.from(row, (value, i) => Math.abs(value - (answers[image]?.[i] ?? Number.NaN))),
  );
  return Math.max(...differences);
}

export function largestAt(row: ArrayLike<number>): number {
  const values = Array.from(row);
  return values.indexOf(Math.max(...values));
}

/** Whether a program is further off than it may be. */
export function isFarOff({ largest, allowed, sameClass, asked }: ExportRow): boolean {
  if (allowed === null) return Number.isNaN(largest);
  return !(largest <= allowed) || (allowed <= SAME && sameClass !== null && sameClass < asked);
}

/** Below this, no class may change. */
const SAME = 1e-3;
