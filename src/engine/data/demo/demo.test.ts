import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../errors.ts';
import type { DemoTask } from './contract.ts';
import { demoTask, demoTasks } from './registry.ts';

const hash = (pixels: Uint8ClampedArray) =>
  createHash('sha256').update(pixels).digest('hex').slice(0, 16);

/** Of the first image of every class under seed 7, one after another. */
const pinned: Readonly<Record<string, string>> = {
  'surface-inspection': 'e6b2484da2f37376',
  'leaf-shapes': '9064ea503abbd109',
  'woven-fabrics': '82289aef4ce372a3',
};

describe('the registry', () => {
  it('starts with the task of the first visit and names no task twice', () => {
    const names = demoTasks().map((task) => task.card.name);
    expect(names).toEqual(['surface-inspection', 'leaf-shapes', 'woven-fabrics']);
  });

  it('finds a task by name and says what there is otherwise', () => {
    expect(demoTask('leaf-shapes').card.name).toBe('leaf-shapes');
    expect(() => demoTask('clouds')).toThrow(EngineError);
    expect(() => demoTask('clouds')).toThrow(
      'A demo task must be one of leaf-shapes, surface-inspection, woven-fabrics; got "clouds".',
    );
  });
});

describe.each(demoTasks().map((task) => ({ name: task.card.name, task })))('$name', ({ task }) => {
  const classCount = task.card.classes.length;

  it('has distinct class names', () => {
    expect(new Set(task.card.classes).size).toBe(classCount);
    expect(classCount).toBeGreaterThan(1);
  });

  it('draws the same pixels for the same numbers, release after release', () => {
    const all = task.card.classes.map((_, classIndex) => hash(task.render(classIndex, 0, 7)));
    const again = task.card.classes.map((_, classIndex) => hash(task.render(classIndex, 0, 7)));
    expect(again).toEqual(all);
    const digest = createHash('sha256').update(all.join()).digest('hex').slice(0, 16);
    expect(digest).toBe(pinned[task.card.name]);
  });

  it('draws another picture for another class, index or seed', () => {
    const hashes = [
      task.render(0, 0, 1),
      task.render(1, 0, 1),
      task.render(0, 1, 1),
      task.render(0, 0, 2),
      task.render(0, 1, 0),
      task.render(1, 0, 0),
    ].map(hash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('refuses a class it does not have', () => {
    expect(() => task.render(classCount, 0, 1)).toThrow(
      `The class of ${task.card.name} must be 0 … ${classCount - 1}; got ${classCount}.`,
    );
    expect(() => task.render(-1, 0, 1)).toThrow(EngineError);
  });

  it('draws opaque pictures with contrast, neither black nor burnt out', () => {
    for (let classIndex = 0; classIndex < classCount; classIndex++) {
      for (let index = 0; index < 10; index++) {
        const pixels = task.render(classIndex, index, 3);
        expect(pixels).toHaveLength(task.size * task.size * 4);
        expect(pixels.filter((value, i) => i % 4 === 3 && value !== 255)).toHaveLength(0);
        const { mean, deviation } = brightness(pixels);
        expect(mean).toBeGreaterThan(20);
        expect(mean).toBeLessThan(245);
        expect(deviation).toBeGreaterThan(1.5);
      }
    }
  });

  it('cannot be told by colour alone', { timeout: 60_000 }, () => {
    const accuracy = nearestCentroidAccuracy(task, 40);
    // Guessing is right once in `classCount`; 200 pictures give it a standard error of 0.028.
    expect(accuracy).toBeLessThan(1 / classCount + 0.1);
  });
});

function brightness(pixels: Uint8ClampedArray): { mean: number; deviation: number } {
  const features = colourFeatures(pixels);
  const mean = (features[0]! + features[1]! + features[2]!) / 3;
  return { mean, deviation: (features[3]! + features[4]! + features[5]!) / 3 };
}

/** Mean of red, green and blue, then their standard deviations. */
function colourFeatures(pixels: Uint8ClampedArray): number[] {
  const count = pixels.length / 4;
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  pixels.forEach((value, i) => {
    if (i % 4 === 3) return;
    sums[i % 4]! += value;
    squares[i % 4]! += value * value;
  });
  const means = sums.map((sum) => sum / count);
  return [...means, ...squares.map((square, k) => Math.sqrt(square / count - means[k]! ** 2))];
}

/** How often the nearest class mean of standardised colour features is the right class. */
function nearestCentroidAccuracy(task: DemoTask, perClass: number): number {
  const sets = [0, perClass].map((first) =>
    task.card.classes.map((_, classIndex) =>
      Array.from({ length: perClass }, (__, i) =>
        colourFeatures(task.render(classIndex, first + i, 5)),
      ),
    ),
  );
  const [train, test] = [sets[0]!, sets[1]!];
  const average = (rows: number[][]) =>
    rows[0]!.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);
  const centre = average(train.flat());
  const spread = average(train.flat().map((row) => row.map((x, k) => (x - centre[k]!) ** 2)));
  const centroids = train.map(average);
  const distance = (a: number[], b: number[]) =>
    a.reduce((sum, x, k) => sum + (x - b[k]!) ** 2 / spread[k]!, 0);
  const nearest = (row: number[]) => {
    const distances = centroids.map((centroid) => distance(row, centroid));
    return distances.indexOf(Math.min(...distances));
  };
  const hits = test.flatMap((rows, classIndex) =>
    rows.filter((row) => nearest(row) === classIndex),
  );
  return hits.length / test.flat().length;
}
