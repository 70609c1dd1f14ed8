/**
 * A step whose shapes do not change, recorded once: its pipelines, bind groups, buffers and
 * dispatches are handed to the device again without any of the JavaScript that led to them.
 */
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { bufferOf, copyBuffers, forgetRead, submitQueued } from '../pass.ts';
import { commandsOf, submitCommands, type Command } from './commands.ts';
import { BufferPool } from './pool.ts';

/** Numbers that differ from step to step, and the tensor's shape. */
export interface StepInput {
  readonly values: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

export type StepInputs = Readonly<Record<string, StepInput>>;

export type StepTensors = Readonly<Record<string, tf.Tensor>>;

export class Recording {
  readonly #backend: WebGPUBackend;
  readonly #pool: BufferPool;
  readonly #commands: readonly Command[];
  readonly #slots: ReadonlyMap<string, GPUBuffer>;
  readonly #inputs: readonly tf.Tensor[];
  readonly #output: tf.Tensor;

  /** Runs `body` for the first time. What lives on after a step must be changed in place by it. */
  constructor(
    backend: WebGPUBackend,
    inputs: StepInputs,
    body: (tensors: StepTensors) => tf.Tensor,
  ) {
    this.#backend = backend;
    this.#pool = new BufferPool(backend.bufferManager);
    submitQueued(backend);
    const slots = new Map<string, GPUBuffer>();
    const tensors: Record<string, tf.Tensor> = {};
    const made: tf.Tensor[] = [];
    let commands: readonly Command[] = [];
    this.#pool.lend(backend.device, () => {
      for (const [name, { values, shape }] of Object.entries(inputs)) {
        const tensor = (tensors[name] = tf.keep(tf.tensor(values.slice(), [...shape])));
        slots.set(
          name,
          bufferOf(backend, tensor, values instanceof Int32Array ? 'int32' : 'float32'),
        );
      }
      commands = commandsOf(() => made.push(tf.keep(tf.tidy(() => body(tensors)))));
      submitQueued(backend);
    });
    const [output] = made;
    if (!output) throw new Error('A recorded step has a result.');
    this.#commands = commands;
    this.#slots = slots;
    this.#inputs = Object.values(tensors);
    this.#output = output;
  }

  /** Does it again with other numbers. @param state What it changes in place. */
  replay(inputs: StepInputs, state: readonly tf.Tensor[]): void {
    const { device } = this.#backend;
    submitQueued(this.#backend);
    for (const [name, { values }] of Object.entries(inputs)) {
      const slot = this.#slots.get(name);
      if (!slot) throw new Error(`The recorded step has no input "${name}".`);
      device.queue.writeBuffer(slot, 0, values.buffer, values.byteOffset, values.byteLength);
    }
    submitCommands(device, this.#commands);
    for (const tensor of state) forgetRead(this.#backend, tensor);
  }

  /** A copy of what the last run came to, which the next one does not change. */
  result(): tf.Tensor {
    const backend = this.#backend;
    const info = backend.makeTensorInfo(this.#output.shape, 'float32');
    const copy = tf.engine().makeTensorFromTensorInfo(info);
    const [from, to] = [this.#output, copy].map((tensor) => bufferOf(backend, tensor));
    if (!from || !to) throw new Error('Both tensors lie on the device.');
    copyBuffers(backend, [{ from, fromOffset: 0, to, toOffset: 0, size: 4 * copy.size }]);
    return copy;
  }

  dispose(): void {
    submitQueued(this.#backend);
    tf.dispose([...this.#inputs, this.#output]);
    submitQueued(this.#backend);
    this.#pool.dispose();
  }
}
