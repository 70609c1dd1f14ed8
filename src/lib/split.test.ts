import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitProblem, splitSamples, withValidation, type SplitClass } from './split.ts';

const ids = (count: number, from = 0): number[] =>
  Array.from({ length: count }, (_, i) => from + i);
const two: SplitClass[] = [
  { name: 'oak', images: ids(10) },
  { name: 'elm', images: ids(20, 100) },
];

describe('splitting', () => {
  it('keeps every image exactly once and both parts of every class filled', () => {
    const counts = fc.array(fc.integer({ min: 2, max: 40 }), { minLength: 2, maxLength: 6 });
    const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(counts, share, fc.integer(), (sizes, part, seed) => {
        const classes = sizes.map((size, index) => ({
          name: `class ${index}`,
          images: ids(size, index * 100),
        }));
        const { train, validation } = splitSamples(classes, part, seed);
        const all = [...train, ...validation].map(({ image }) => image).sort((a, b) => a - b);
        expect(all).toEqual(classes.flatMap(({ images }) => images));
        classes.forEach((entry, label) => {
          const held = validation.filter((sample) => sample.label === label);
          expect(held.length).toBeGreaterThanOrEqual(1);
          expect(held.length).toBeLessThan(entry.images.length);
          expect(held.every(({ image }) => entry.images.includes(image))).toBe(true);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('is stratified and deterministic, and the seed matters', () => {
    const { validation } = splitSamples(two, 0.2, 7);
    expect(validation.filter(({ label }) => label === 0)).toHaveLength(2);
    expect(validation.filter(({ label }) => label === 1)).toHaveLength(4);
    expect(splitSamples(two, 0.2, 7)).toEqual(splitSamples(two, 0.2, 7));
    expect(splitSamples(two, 0.2, 8)).not.toEqual(splitSamples(two, 0.2, 7));
  });

  it('does not depend on the other classes, on ids as such or on the order within a list', () => {
    const places = (classes: readonly SplitClass[], label: number, from: number): number[] =>
      splitSamples(classes, 0.2, 3)
        .validation.filter((sample) => sample.label === label)
        .map(({ image }) => image - from);
    const elm = { name: 'elm', images: ids(20, 500).reverse() };
    const other: SplitClass[] = [elm, { name: 'ash', images: ids(3, 900) }];
    expect(places(other, 0, 500)).toEqual(places(two, 1, 100));
  });

  it('takes explicit validation lists as they are', () => {
    const classes = [
      { name: 'oak', images: [1, 2], validation: [3] },
      { name: 'elm', images: [4], validation: [5, 6] },
    ];
    expect(splitSamples(classes, 0.5, 1)).toEqual({
      train: [
        { image: 1, label: 0 },
        { image: 2, label: 0 },
        { image: 4, label: 1 },
      ],
      validation: [
        { image: 3, label: 0 },
        { image: 5, label: 1 },
        { image: 6, label: 1 },
      ],
    });
  });

  it('keeps what looks alike on one side, and splits the same where nothing does', () => {
    const grouped = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 12 });
    const share = fc.double({ min: 0.05, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(grouped, share, fc.integer(), (sizes, part, seed) => {
        const groups = sizes.map((size, index) => ids(size, 10 * index));
        const all = groups.flat();
        const [entry] = withValidation([{ name: 'oak', images: all, groups }], part, seed);
        const { images = [], validation = [] } = entry ?? {};
        expect([...images, ...validation].sort((a, b) => a - b)).toEqual(all);
        expect(images.length).toBeGreaterThan(0);
        expect(validation.length).toBeGreaterThan(0);
        for (const group of groups) {
          const sides = new Set(group.map((image) => validation.includes(image)));
          expect(sides.size).toBe(1);
        }
        const smallest = Math.min(...sizes);
        const asked = Math.max(1, Math.round(all.length * part));
        expect(validation.length).toBeLessThanOrEqual(Math.max(asked, smallest));
      }),
    );
    const alone = two.map((entry) => ({ ...entry, groups: [] }));
    expect(withValidation(alone, 0.2, 7)).toEqual(withValidation(two, 0.2, 7));
  });

  it('does not depend on the order of groups, nor on images of theirs that are gone', () => {
    const images = ids(20);
    const once = { name: 'oak', images, groups: [ids(4), ids(5, 10)] };
    const again = { name: 'oak', images, groups: [ids(5, 10).reverse(), [3, 99, 1, 0, 2]] };
    expect(withValidation([again], 0.3, 5)).toEqual(withValidation([once], 0.3, 5));
  });

  it('divides a class that is one burst, its end held back', () => {
    const burst = { name: 'oak', images: [5, 3, 4, 1, 2], groups: [[1, 2, 3, 4, 5]] };
    expect(withValidation([burst], 0.4, 9)).toEqual([
      { name: 'oak', images: [1, 2, 3], validation: [4, 5] },
    ]);
  });

  it('states itself as lists that split the same with any seed', () => {
    const stated = withValidation(two, 0.2, 7);
    expect(splitSamples(stated, 0.5, 99)).toEqual(splitSamples(two, 0.2, 7));
  });

  it('says what is wrong with a dataset', () => {
    const oak = { name: 'oak', images: [1, 2] };
    const cases: [readonly SplitClass[], string][] = [
      [[], 'Training needs at least two classes; got 0.'],
      [[oak], 'Training needs at least two classes; got 1.'],
      [[oak, { name: 'oak', images: [3, 4] }], 'Class names must differ; “oak” is there twice.'],
      [
        [oak, { name: 'elm', images: [3] }],
        'Class “elm” needs at least two images, one to train on and one to validate with; it has 1.',
      ],
      [
        [
          { ...oak, validation: [9] },
          { name: 'elm', images: [3, 4] },
        ],
        'Validation images must be given for every class or for none; “elm” has none.',
      ],
      [
        [
          { ...oak, validation: [9] },
          { name: 'elm', images: [3, 4], validation: [] },
        ],
        'Class “elm” needs at least one training and one validation image; it has 2 and 0.',
      ],
      [
        [oak, { name: 'elm', images: [2, 3] }],
        'An image has one class; image 2 is in “oak” and in “elm”.',
      ],
      [[oak, { name: 'elm', images: [3, 3] }], 'Image 3 is in class “elm” twice.'],
    ];
    for (const [classes, message] of cases) {
      expect(splitProblem(classes, 0.2)).toEqual({ code: 'bad-dataset', message });
    }
    expect(splitProblem(two, 0.2)).toBeNull();
    expect(splitProblem(two, 1)).toEqual({
      code: 'bad-setting',
      message: 'The validation share must be between 0 and 1; got 1.',
    });
  });
});
