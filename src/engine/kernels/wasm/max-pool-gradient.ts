import type * as tf from '@tensorflow/tfjs';
import type { WasmCall } from './kernel.ts';
import { currentSimd } from './simd.ts';

/**
 * ∂L/∂input of max pooling, [B, H, W, C]: a window's gradient goes to the first pixel that has its
 * maximum, as in PyTorch. Null where windows are not square.
 */
export function maxPoolGradient({ backend, input, attributes }: WasmCall): tf.TensorInfo | null {
  const { filterSize, strides, pad } = attributes;
  const numeric = [filterSize, strides, pad].every((value) => typeof value === 'number');
  if (!numeric) return null;
  const [size, stride, margin] = [Number(filterSize), Number(strides), Number(pad)];
  const [x, dy] = [input('input'), input('dy')];
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const [, rows = 0, columns = 0] = dy.shape;
  const output = backend.makeOutput(x.shape, 'float32');
  const simd = currentSimd();
  if (simd) {
    const addresses = [x, dy, output].map((tensor) => simd.address(tensor));
    const shapes = [height, width, channels, size, stride, margin, rows, columns];
    simd.run('MAX_POOL_GRADIENT', batch, [...addresses, ...shapes]);
    return output;
  }
  const values = backend.typedArrayFromHeap(x);
  const gradient = backend.typedArrayFromHeap(dy);
  const result = backend.typedArrayFromHeap(output).fill(0);
  const largest = new Float32Array(channels);
  const where = new Int32Array(channels);

  /** Finds the largest of every channel among the window's pixels inside the image. */
  const search = (image: number, row: number, column: number): void => {
    largest.fill(-Infinity);
    for (let y = Math.max(row, 0); y < Math.min(row + size, height); y++) {
      for (let x = Math.max(column, 0); x < Math.min(column + size, width); x++) {
        const pixel = ((image * height + y) * width + x) * channels;
        for (let channel = 0; channel < channels; channel++) {
          const value = values[pixel + channel]!;
          if (value <= largest[channel]!) continue;
          largest[channel] = value;
          where[channel] = pixel + channel;
        }
      }
    }
  };

  let window = 0;
  for (let image = 0; image < batch; image++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        search(image, row * stride - margin, column * stride - margin);
        for (const pixel of where) result[pixel]! += gradient[window++]!;
      }
    }
  }
  return output;
}
