/** Pictures in Node, made into a network's input as the page makes them. */
import { RawImage } from '@huggingface/transformers';
import { evaluationGeometry } from '../engine/data/geometry.ts';
import { resample } from '../engine/data/resample.ts';
import type { Window } from '../engine/data/resample.ts';
import type { Preprocessing } from '../protocol.ts';

/** A picture file's pixels. */
export async function readPhotograph(path: string): Promise<RawImage> {
  return (await RawImage.read(path)).rgb();
}

/** RGB bytes [S, S, 3], resized and cropped with the page's own code. */
export function preparedHere(image: RawImage, preprocessing: Preprocessing): Uint8Array {
  const { width, height } = image;
  const source = { width, height, read: (window: Window) => windowOf(image, window) };
  const { width: columns, height: rows, crop } = evaluationGeometry(width, height, preprocessing);
  return resample(source, columns, rows, preprocessing.interpolation, crop);
}

function windowOf({ data, width }: RawImage, { left, top, ...size }: Window): Uint8Array {
  const rgba = new Uint8Array(size.width * size.height * 4);
  for (let i = 0; i < size.width * size.height; i++) {
    const x = left + (i % size.width);
    const y = top + Math.floor(i / size.width);
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = data[3 * (y * width + x) + c] ?? 0;
  }
  return rgba;
}
