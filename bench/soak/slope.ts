/** How a figure changes over time. */

export interface Sample {
  /** Since the start. */
  readonly minutes: number;
  readonly value: number;
}

/** Share of the samples that are left out at the start, while caches fill. */
const WARM_UP = 0.2;

/** What is left once caches are full: at least two samples where there are two. */
export function settled(samples: readonly Sample[]): readonly Sample[] {
  return samples.slice(
    Math.min(Math.ceil(WARM_UP * samples.length), Math.max(0, samples.length - 2)),
  );
}

/** The least-squares slope, a minute; 0 for fewer than two moments. */
export function slopeOf(samples: readonly Sample[]): number {
  const count = samples.length;
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / count;
  const [time, value] = [mean(({ minutes }) => minutes), mean((sample) => sample.value)];
  const covariance = mean((sample) => (sample.minutes - time) * (sample.value - value));
  const variance = mean((sample) => (sample.minutes - time) ** 2);
  return variance > 0 ? covariance / variance : 0;
}
