import type { DemoCard } from '../../../protocol.ts';

/** A small image-classification task drawn by code: no files, the same pixels for the same numbers. */
export interface DemoTask {
  readonly card: DemoCard;
  /** Side of the square images, in pixels. */
  readonly size: number;
  /**
   * Draws one image of a class, RGBA, [size, size, 4].
   * The three numbers alone decide every pixel; images of one seed are independent of each other.
   */
  render(classIndex: number, index: number, seed: number): Uint8ClampedArray<ArrayBuffer>;
}
