/** The statistics the page shows. Pure: no DOM, no TensorFlow.js. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson score interval of a proportion, by default at 95 %.
 * Source: E. B. Wilson, JASA 22 (1927). With no trials it is [0, 1]: nothing is known.
 */
export function wilsonInterval(successes: number, trials: number, z = 1.959964): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const share = successes / trials;
  const z2 = z * z;
  const center = share + z2 / (2 * trials);
  const spread = z * Math.sqrt((share * (1 - share) + z2 / (4 * trials)) / trials);
  const scale = 1 + z2 / trials;
  return {
    low: successes === 0 ? 0 : Math.max(0, (center - spread) / scale),
    high: successes === trials ? 1 : Math.min(1, (center + spread) / scale),
  };
}

/** Index of the largest value; the first of equals. `values` must not be empty. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if (at(values, i) > at(values, best)) best = i;
  }
  return best;
}

/** The most probable class of every row of `probabilities` [rows, classes]. */
export function predictedClasses(probabilities: Float32Array, classes: number): Int32Array {
  const rows = classes === 0 ? 0 : probabilities.length / classes;
  const predicted = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    predicted[row] = argmax(probabilities.subarray(row * classes, (row + 1) * classes));
  }
  return predicted;
}

/** Counts, [true class, predicted class], row after row. */
export interface ConfusionMatrix {
  readonly classes: number;
  readonly counts: Uint32Array;
}

export function confusionMatrix(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): ConfusionMatrix {
  const counts = new Uint32Array(classes * classes);
  for (let i = 0; i < labels.length; i++) {
    const cell = at(labels, i) * classes + at(predicted, i);
    counts[cell] = at(counts, cell) + 1;
  }
  return { classes, counts };
}

export interface ClassScore {
  readonly classIndex: number;
  /** Images that truly belong to the class. */
  readonly support: number;
  /** Null where nothing was predicted as this class. */
  readonly precision: number | null;
  /** Null where the class has no image. */
  readonly recall: number | null;
  /** Harmonic mean of both; null where either is undefined. */
  readonly f1: number | null;
}

export function classScores({ classes, counts }: ConfusionMatrix): ClassScore[] {
  return Array.from({ length: classes }, (_, index) => {
    const hits = at(counts, index * classes + index);
    let support = 0;
    let named = 0;
    for (let other = 0; other < classes; other++) {
      support += at(counts, index * classes + other);
      named += at(counts, other * classes + index);
    }
    return {
      classIndex: index,
      support,
      precision: named === 0 ? null : hits / named,
      recall: support === 0 ? null : hits / support,
      f1: named === 0 || support === 0 ? null : (2 * hits) / (named + support),
    };
  });
}

/**
 * Exponential moving average with bias correction, as Adam's moments are corrected:
 * the first value is the series' own and not pulled towards zero. `weight` in [0, 1).
 */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  const smoothed = new Float64Array(values.length);
  let average = 0;
  let correction = 0;
  for (let i = 0; i < values.length; i++) {
    average = weight * average + (1 - weight) * at(values, i);
    correction = weight * correction + (1 - weight);
    smoothed[i] = average / correction;
  }
  return smoothed;
}

/**
 * Indices that draw the series in at most `limit` points: the lowest and the highest
 * value of every bucket, in order, and always the first and the last point.
 */
export function extremeIndices(values: ArrayLike<number>, limit: number): number[] {
  const { length } = values;
  if (length <= limit) return Array.from({ length }, (_, i) => i);
  const buckets = Math.floor((limit - 2) / 2);
  const kept = [0];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = 1 + Math.floor((bucket * (length - 2)) / buckets);
    const to = 1 + Math.floor(((bucket + 1) * (length - 2)) / buckets);
    let lowest = from;
    let highest = from;
    for (let i = from + 1; i < to; i++) {
      if (at(values, i) < at(values, lowest)) lowest = i;
      if (at(values, i) > at(values, highest)) highest = i;
    }
    kept.push(Math.min(lowest, highest));
    if (lowest !== highest) kept.push(Math.max(lowest, highest));
  }
  kept.push(length - 1);
  return kept;
}

/** Counts of `values` in `bins` equal bins over [low, high]; what lies outside goes to the end bins. */
export function histogram(
  values: ArrayLike<number>,
  bins: number,
  { low, high }: Interval,
): Uint32Array {
  const counts = new Uint32Array(bins);
  const scale = high > low ? bins / (high - low) : 0;
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor((at(values, i) - low) * scale);
    const inside = Math.min(bins - 1, Math.max(0, bin));
    counts[inside] = at(counts, inside) + 1;
  }
  return counts;
}

/** Quantiles by linear interpolation between the order statistics (numpy's default); NaN for an empty series. */
export function quantiles(values: ArrayLike<number>, shares: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return shares.map((share) => {
    if (sorted.length === 0) return Number.NaN;
    const position = share * (sorted.length - 1);
    const below = Math.floor(position);
    const above = Math.min(below + 1, sorted.length - 1);
    return at(sorted, below) + (position - below) * (at(sorted, above) - at(sorted, below));
  });
}

/** Reads an index that the caller keeps inside the array. */
function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}
