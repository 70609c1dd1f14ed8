import * as tf from '@tensorflow/tfjs';
import { webgpu_util, type WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { acceleratedWebgpu } from './acceleration.ts';

/** A WGSL kernel that makes every element of its output from the same element of its inputs. */
export interface ElementwiseKernel {
  /** Unique; it names the compiled pipeline. */
  readonly name: string;
  /** Names of the input buffers, `array<f32>` each, in the shader. */
  readonly inputs: readonly string[];
  /** WGSL functions that `value` calls. */
  readonly functions: string;
  /** WGSL expression of the element at `index`. */
  readonly value: string;
}

/**
 * Runs the kernel on tensors of one shape, in the order of its inputs.
 * Returns null where the current backend does not run our kernels: the op's reference then takes over.
 */
export function runElementwise(
  kernel: ElementwiseKernel,
  tensors: readonly tf.Tensor[],
): tf.Tensor | null {
  const backend = acceleratedWebgpu();
  const [first] = tensors;
  if (!backend || !first) return null;
  const program = elementwiseProgram(kernel, first.shape);
  const output = backend.runWebGPUProgram(program, [...tensors], 'float32');
  return tf.engine().makeTensorFromTensorInfo(output);
}

function elementwiseProgram(kernel: ElementwiseKernel, outputShape: number[]): WebGPUProgram {
  const workgroupSize: [number, number, number] = [64, 1, 1];
  const dispatchLayout = webgpu_util.flatDispatchLayout(outputShape);
  return {
    variableNames: [...kernel.inputs],
    outputShape,
    shaderKey: kernel.name,
    workgroupSize,
    dispatchLayout,
    dispatch: webgpu_util.computeDispatch(dispatchLayout, outputShape, workgroupSize),
    size: true,
    getUserCode: () => /* wgsl */ `
      ${kernel.functions}
      fn main(index : i32) {
        if (index < uniforms.size) {
          result[index] = ${kernel.value};
        }
      }
    `,
  };
}
