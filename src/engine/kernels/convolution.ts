/**
 * Convolution as a product: a kernel lays out what every window sees, one row a window, and
 * `matmulKernel` multiplies it with the filter.
 */
import * as tf from '@tensorflow/tfjs';
import {
  webgpu_util,
  type WebGPUBackend,
  type WebGPUProgram,
} from '@tensorflow/tfjs-backend-webgpu';
import { acceleratedWebgpu } from './acceleration.ts';
import { matmulKernel } from './matmul.ts';

/** Bytes; larger layouts are left to TensorFlow.js, which makes none. */
const LARGEST_LAYOUT = 2 ** 28;

interface Convolution {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  /** Of the output. */
  readonly rows: number;
  readonly columns: number;
}

/**
 * x [B, H, W, in] with filter [k, k, in, out] → [B, H', W', out]. Null where the backend is not
 * to run `matmulKernel`, `out` is no multiple of four, or the layout would be too large.
 */
export function convolutionKernel(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  stride: number,
  padding: number,
): tf.Tensor4D | null {
  const backend = acceleratedWebgpu('matmul');
  const [batch, height, width] = x.shape;
  const [size, , into, out] = filter.shape;
  const along = (side: number): number => Math.floor((side + 2 * padding - size) / stride) + 1;
  const [rows, columns] = [along(height), along(width)];
  const layout = [batch * rows * columns, size * size * into] as const;
  const tooLarge = 4 * layout[0] * layout[1] > LARGEST_LAYOUT;
  if (!backend || tooLarge || out % 4 !== 0) return null;
  return tf.tidy(() => {
    const isPlain = size === 1 && stride === 1 && padding === 0;
    const seen = isPlain
      ? x.as2D(...layout)
      : windows(backend, x, { size, stride, padding, rows, columns }).as2D(...layout);
    const flat = filter.as2D(layout[1], out);
    const product = matmulKernel(seen, flat, false, false) ?? tf.matMul(seen, flat);
    return product.as4D(batch, rows, columns, out);
  });
}

/** Every window's pixels: [B·H'·W', k, k, in]. */
function windows(backend: WebGPUBackend, x: tf.Tensor4D, convolution: Convolution): tf.Tensor {
  const { size, stride, padding, rows, columns } = convolution;
  const data = [size, stride, padding, rows, columns];
  const program = windowsProgram(x.shape, convolution);
  const output = backend.runWebGPUProgram(program, [x], 'float32', [{ type: 'int32', data }]);
  return tf.engine().makeTensorFromTensorInfo(output);
}

function windowsProgram(
  [batch, , , channels]: tf.Tensor4D['shape'],
  { size, rows, columns }: Convolution,
): WebGPUProgram {
  const component = channels % 4 === 0 ? 4 : 1;
  const outputShape = [batch * rows * columns, size, size, channels];
  const workgroupSize: [number, number, number] = [64, 1, 1];
  const dispatchLayout = webgpu_util.flatDispatchLayout(outputShape);
  return {
    variableNames: ['x'],
    variableComponents: [component],
    outputComponent: component,
    outputShape,
    uniforms: 'window : i32, stride : i32, padding : i32, rows : i32, columns : i32,',
    shaderKey: `windows ${component}`,
    workgroupSize,
    dispatchLayout,
    dispatch: webgpu_util.computeDispatch(dispatchLayout, outputShape, workgroupSize, [
      component,
      1,
      1,
    ]),
    size: true,
    getUserCode: () => /* wgsl */ `
      fn main(index : i32) {
        if (index >= uniforms.size) { return; }
        let channels = uniforms.xShape.w / ${component};
        let channel = index % channels;
        let tap = (index / channels) % (uniforms.window * uniforms.window);
        let place = index / (channels * uniforms.window * uniforms.window);
        let image = place / (uniforms.rows * uniforms.columns);
        let corner = vec2<i32>((place / uniforms.columns) % uniforms.rows, place % uniforms.columns);
        let offset = vec2<i32>(tap / uniforms.window, tap % uniforms.window) - uniforms.padding;
        let pixel = corner * uniforms.stride + offset;
        let sides = uniforms.xShape.yz;
        if (all(pixel >= vec2<i32>(0)) && all(pixel < sides)) {
          result[index] = x[((image * sides.x + pixel.x) * sides.y + pixel.y) * channels + channel];
        } else {
          result[index] = ${component === 4 ? 'vec4<f32>(0.0)' : '0.0'};
        }
      }
    `,
  };
}
