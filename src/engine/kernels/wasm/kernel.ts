import * as tf from '@tensorflow/tfjs';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { isAccelerated } from '../acceleration.ts';

/** One call of a kernel. Views of the heap are to be taken after outputs are made: that may move it. */
export interface WasmCall {
  readonly backend: BackendWasm;
  /** The tensor of this name; throws where there is none. */
  input(name: string): tf.TensorInfo;
  readonly attributes: tf.NamedAttrMap;
  /** TensorFlow.js's own kernel. */
  readonly stock: tf.KernelFunc;
}

type WasmKernel = (call: WasmCall) => tf.TensorInfo | tf.TensorInfo[] | null;

/**
 * Puts `ours` in place of a kernel of TensorFlow.js's WebAssembly backend, which takes over where
 * ours answers null and where the backend is not accelerated.
 */
export function replaceKernel(name: string, ours: WasmKernel): void {
  const config = tf.getKernel(name, 'wasm');
  const stock = config.kernelFunc;
  tf.unregisterKernel(name, 'wasm');
  tf.registerKernel({
    ...config,
    kernelFunc: (call) => {
      const { backend, inputs, attrs: attributes = {} } = call;
      if (!(backend instanceof BackendWasm) || !isAccelerated(backend)) return stock(call);
      const input = (wanted: string): tf.TensorInfo => {
        const tensor = inputs[wanted];
        if (tensor) return tensor;
        throw new Error(`${name} works on a tensor named "${wanted}"; none was given.`);
      };
      return ours({ backend, input, attributes, stock }) ?? stock(call);
    },
  });
}

/** An attribute that is one number or several. */
export function numbers(value: unknown): number | number[] {
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map(Number);
  throw new Error(`A kernel's axes and sizes are numbers; received ${String(value)}.`);
}
