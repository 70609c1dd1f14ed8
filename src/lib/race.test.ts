import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crossedMean } from './crossed.ts';
import { accuracyInterval, pairedDifference, planRace, summariseRace } from './race.ts';
import type { RaceResult } from './race.ts';
import { createRng } from './rng.ts';
import { wilsonInterval } from './statistics.ts';

/** `hits` right answers, then wrong ones. */
const firstRight = (hits: number, images: number): number[] =>
  Array.from({ length: images }, (_, image) => (image < hits ? 1 : 0));

const seeded = (method: string, hits: readonly number[], images = 100): RaceResult[] =>
  hits.map((count, seed) => ({ method, seed, right: firstRight(count, images) }));

test('a race runs every method with one seed before the next', () => {
  expect(planRace(['san', 'lora'], 2, 7).map(({ method, seed }) => [method, seed])).toEqual([
    ['san', 7],
    ['lora', 7],
    ['san', 8],
    ['lora', 8],
  ]);
});

describe('the mean over trainings and images', () => {
  test('with one training varies as a mean of images does', () => {
    const { mean, variance } = crossedMean([[1, 0, 1, 1]]);
    expect(mean).toBe(0.75);
    expect(variance).toBeCloseTo(0.25 / 4, 12); // s² / n
  });

  test('counts trainings that differ as a whole, and hardly trusts three of them', () => {
    const { variance, t } = crossedMean([
      firstRight(500, 1000),
      firstRight(600, 1000),
      firstRight(700, 1000),
    ]);
    expect(Math.sqrt(variance)).toBeGreaterThan(0.1 / Math.sqrt(3));
    expect(t).toBeGreaterThan(3.5); // 4.3 with two degrees of freedom
  });

  test('holds the truth about as often as it says', () => {
    const rng = createRng(5);
    let held = 0;
    const rounds = 400;
    for (let round = 0; round < rounds; round++) {
      const images = Array.from({ length: 40 }, () => rng.normal());
      const trainings = Array.from({ length: 3 }, () => 0.3 * rng.normal());
      const table = trainings.map((own) => images.map((image) => image + own + rng.normal()));
      const { mean, variance, t } = crossedMean(table);
      if (Math.abs(mean) <= t * Math.sqrt(variance)) held++;
    }
    expect(held / rounds).toBeGreaterThan(0.92);
  });
});

describe('the interval of an accuracy', () => {
  test('of one run is Wilson’s, a little wider for the t', () => {
    const [low, high] = accuracyInterval([firstRight(80, 100)]);
    const wilson = wilsonInterval(80, 100);
    expect(low).toBeCloseTo(wilson.low, 2);
    expect(high).toBeCloseTo(wilson.high, 2);
    expect(low).toBeLessThan(wilson.low);
  });

  test('leaves room where every image was right', () => {
    const [low, high] = accuracyInterval([firstRight(20, 20), firstRight(20, 20)]);
    expect(low).toBeLessThan(0.87);
    expect(high).toBe(1);
  });

  test('holds its mean and stays a share', () => {
    const rows = fc.array(
      fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 9, maxLength: 9 }),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(rows, (table) => {
        const [low, high] = accuracyInterval(table);
        const { mean } = crossedMean(table);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(mean + 1e-9);
        expect(high).toBeGreaterThanOrEqual(mean - 1e-9);
      }),
    );
  });
});

describe('the difference of two methods', () => {
  test('of one seed is the interval of Bonett and Price', () => {
    // 100 images: 10 only a, 2 only b. p = 11/102 and 3/102.
    const a = Array.from({ length: 100 }, (_, image) => (image < 60 ? 1 : 0));
    const b = Array.from({ length: 100 }, (_, image) => (image >= 10 && image < 62 ? 1 : 0));
    const difference = pairedDifference(
      [{ method: 'a', seed: 1, right: a }],
      [{ method: 'b', seed: 1, right: b }],
    );
    const [p, q] = [11 / 102, 3 / 102];
    const reach = 1.9837 * Math.sqrt((p + q - (p - q) ** 2) / 101); // t, and n − 1
    expect(difference?.mean).toBeCloseTo(0.08, 12);
    expect(difference?.interval[0]).toBeCloseTo(p - q - reach, 4);
    expect(difference?.interval[1]).toBeCloseTo(p - q + reach, 4);
  });

  test('of equals is open, not nothing', () => {
    const equal = pairedDifference(seeded('a', [30], 40), seeded('b', [30], 40));
    expect(equal?.mean).toBe(0);
    expect(equal?.interval[0]).toBeLessThan(-0.02);
    expect(equal?.interval[1]).toBeGreaterThan(0.02);
  });

  test('is narrower than two accuracies apart, as the images are shared', () => {
    const [a, b] = [seeded('a', [60]), seeded('b', [52])];
    const paired = pairedDifference(a, b);
    expect(paired?.interval[0]).toBeGreaterThan(0);
    expect(accuracyInterval(b.map(({ right }) => right))[1]).toBeGreaterThan(0.6);
  });

  test('takes only seeds that both have', () => {
    const b = seeded('b', [50, 90]).slice(1);
    expect(pairedDifference(seeded('a', [80, 80]), b)?.mean).toBeCloseTo(-0.1, 12);
    expect(pairedDifference(seeded('a', [80]), b)).toBeNull();
  });
});

describe('the summary', () => {
  test('names a winner that is better than every other beyond chance', () => {
    const results = [
      ...seeded('linear', [60, 61, 60]),
      ...seeded('san', [90, 91, 90]),
      ...seeded('full', [70, 71, 70]),
    ];
    const summary = summariseRace(results);
    expect(summary.winner).toBe('san');
    expect(summary.leaders).toEqual(['san']);
    expect(summary.methods.map(({ method }) => method)).toEqual(['linear', 'san', 'full']);
    expect(summary.methods[1]?.differenceToBest).toBeNull();
    expect(summary.methods[2]?.differenceToBest?.mean).toBeCloseTo(-0.2, 12);
  });

  test('names none where the second is too close, and says who leads', () => {
    const results = [
      ...seeded('linear', [60, 61, 60]),
      ...seeded('san', [90, 91, 90]),
      ...seeded('lora', [89, 90, 90]),
    ];
    const summary = summariseRace(results);
    expect(summary).toMatchObject({ best: 'san', winner: null, leaders: ['san', 'lora'] });
  });

  test('names none where the seeds disagree, however many the images', () => {
    const results = [...seeded('a', [900, 700, 950], 1000), ...seeded('b', [700, 800, 650], 1000)];
    expect(summariseRace(results).winner).toBeNull();
  });

  test('names none of one method, and nothing of none', () => {
    expect(summariseRace(seeded('san', [99, 99, 99])).winner).toBeNull();
    expect(summariseRace([])).toEqual({ methods: [], best: null, winner: null, leaders: [] });
  });

  test('gives mean, spread and every seed', () => {
    const [san] = summariseRace(seeded('san', [80, 90])).methods;
    expect(san?.accuracies).toEqual([0.8, 0.9]);
    expect(san?.mean).toBeCloseTo(0.85, 12);
    expect(san?.standardDeviation).toBeCloseTo(0.1 / Math.SQRT2, 12);
    expect(summariseRace(seeded('san', [80])).methods[0]?.standardDeviation).toBeNull();
  });
});

test('a winner among equals is named in at most about one race of twenty', () => {
  const rng = createRng(11);
  let named = 0;
  const rounds = 300;
  for (let round = 0; round < rounds; round++) {
    const hardness = Array.from({ length: 60 }, () => rng.uniform());
    const run = (method: string, seed: number): RaceResult => {
      const luck = 0.05 * rng.normal();
      const right = hardness.map((hard) => (rng.uniform() > hard * 0.6 + luck ? 1 : 0));
      return { method, seed, right };
    };
    const results = [1, 2, 3].flatMap((seed) => ['a', 'b'].map((method) => run(method, seed)));
    if (summariseRace(results).winner !== null) named++;
  }
  expect(named / rounds).toBeLessThan(0.07);
});
