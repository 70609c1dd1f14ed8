import { expect, test } from 'vitest';
import { selfTestWords } from './self-test-words.ts';

const file = { name: 'model.onnx', largestDifference: 2.44e-6, tolerance: 0.001, sameClass: 16 };

test('says how close a file is', () => {
  expect(selfTestWords({ images: 16, source: 'own', files: [file] })).toEqual([
    'model.onnx, opened again, names the same class for all 16 of your images; its raw scores (logits) are at most 0.0000024 off, where 0.001 is allowed.',
  ]);
});

test('says for how many the class is another', () => {
  const files = [{ ...file, sameClass: 15, largestDifference: 0.02, tolerance: 0.03 }];
  expect(selfTestWords({ images: 16, source: 'own', files })[0]).toContain(
    'the same class for 15 of the 16 of your images',
  );
});

test('says when the images are none of the person’s, and when nothing differs', () => {
  const files = [{ ...file, largestDifference: 0, sameClass: 4 }];
  expect(selfTestWords({ images: 4, source: 'drawn', files })[0]).toMatch(
    /the same class for all 4 patterns of noise; its raw scores \(logits\) are the very same/,
  );
});
