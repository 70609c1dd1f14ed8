import type { DemoCard, FormValues } from '../../../protocol.ts';
import { EngineError } from '../../errors.ts';

/** A small image-classification task drawn by code: no files, the same pixels for the same numbers. */
export interface DemoTask {
  readonly card: DemoCard;
  /** Side of the square images, in pixels. */
  readonly size: number;
  /**
   * Draws one image of a class, RGBA, [size, size, 4].
   * The three numbers alone decide every pixel; images of one seed are independent of each other.
   * Fails with "bad-request" where there is no such class.
   */
  render(classIndex: number, index: number, seed: number): Uint8ClampedArray<ArrayBuffer>;
}

/**
 * Settings that suit drawn images: they vary enough by themselves, a quarter of them measures more
 * finely, and the modes are compared as they form, since seeing that is what the demo is for.
 */
export const DRAWN_TRAINING: FormValues = {
  augmentation: 'off',
  validationShare: 0.25,
  compareModes: true,
};

/** What a task keeps for a class; fails with "bad-request" where there is no such class. */
export function forClass<T>(name: string, kinds: readonly T[], classIndex: number): T {
  const kind = kinds[classIndex];
  if (kind !== undefined) return kind;
  const rule = `The class of ${name} must be 0 … ${kinds.length - 1}`;
  throw new EngineError('bad-request', `${rule}; got ${classIndex}.`);
}
