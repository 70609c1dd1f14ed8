/** Patches that do not overlap, cut out of images in one pass, and put back. */
import type * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu } from './acceleration.ts';
import { launchEach } from './launch.ts';

/** x [B, H, W, C] → [B, ⌊H/P⌋, ⌊W/P⌋, C·P·P] by channel, row and column; null where the backend does not run our kernels. */
export function patchesKernel(x: tf.Tensor, side: number): tf.Tensor | null {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const [rows, columns] = [Math.floor(height / side), Math.floor(width / side)];
  const shape = [batch, rows, columns, channels * side * side];
  return move('patches', x, shape, { side, height, width, channels, rows, columns }, 'x[pixel]');
}

/** The way back, to `shape` [B, H, W, C]; 0 where no patch reaches. */
export function unpatchKernel(
  x: tf.Tensor,
  shape: readonly number[],
  side: number,
): tf.Tensor | null {
  const [, height = 0, width = 0, channels = 0] = shape;
  const [, rows = 0, columns = 0] = x.shape;
  return move('unpatch', x, shape, { side, height, width, channels, rows, columns }, 'x[place]');
}

function move(
  name: 'patches' | 'unpatch',
  x: tf.Tensor,
  shape: readonly number[],
  sizes: Readonly<Record<string, number>>,
  value: string,
): tf.Tensor | null {
  const backend = acceleratedWebgpu();
  const count = shape.reduce((product, length) => product * length, 1);
  if (!backend || count === 0) return null;
  return launchEach(backend, {
    name,
    inputs: { x },
    outputs: { result: shape },
    scalars: ['x', 'result'],
    sizes,
    count,
    body: () => /* wgsl */ `
      ${name === 'patches' ? pixelOfPlace : placeOfPixel}
      result[index] = ${value};
    `,
  }).result;
}

const pixelOfPlace = /* wgsl */ `
  let area = sizes.side * sizes.side;
  let inPatch = index % (sizes.channels * area);
  let patchNumber = index / (sizes.channels * area);
  let channel = inPatch / area;
  let row = (patchNumber / sizes.columns) % sizes.rows * sizes.side + inPatch % area / sizes.side;
  let column = patchNumber % sizes.columns * sizes.side + inPatch % sizes.side;
  let image = patchNumber / (sizes.rows * sizes.columns);
  let pixel = ((image * sizes.height + row) * sizes.width + column) * sizes.channels + channel;
`;

const placeOfPixel = /* wgsl */ `
  let channel = index % sizes.channels;
  let column = index / sizes.channels % sizes.width;
  let row = index / (sizes.channels * sizes.width) % sizes.height;
  let image = index / (sizes.channels * sizes.width * sizes.height);
  let at = vec2<i32>(row, column) / sizes.side;
  if (at.x >= sizes.rows || at.y >= sizes.columns) {
    result[index] = 0.0;
    return;
  }
  let inside = vec2<i32>(row, column) % sizes.side;
  let patchNumber = (image * sizes.rows + at.x) * sizes.columns + at.y;
  let place = ((patchNumber * sizes.channels + channel) * sizes.side + inside.x) * sizes.side + inside.y;
`;
