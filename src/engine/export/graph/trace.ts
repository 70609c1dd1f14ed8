/**
 * What a network does to an image, written down while it does it. Only ops that depend on the
 * image are steps; what follows from the weights alone is a constant, whatever made it.
 */
import * as tf from '@tensorflow/tfjs';
import type { Preprocessing } from '../../../protocol.ts';
import { Value } from '../../autograd.ts';
import type { Network } from '../../network.ts';
import { listen, type Call } from '../../operation.ts';
import { Param } from '../../params.ts';

/** Numbers that are read when they are wanted, a tensor at a time, as long as their trace lives. */
export interface Weight {
  readonly shape: readonly number[];
  readonly read: () => Promise<Float32Array>;
}

export interface Constant extends Weight {
  /** timm's name where the tensor has one. */
  readonly name: string | null;
}

export interface Trace {
  /** Side of the square input, in pixels. */
  readonly size: number;
  /** What the forward pass calls the images, [1, S, S, 3]. */
  readonly images: ReadonlySet<Value>;
  readonly constants: ReadonlyMap<Value, Constant>;
  /** In the order in which they were done. */
  readonly calls: readonly Call[];
  /** [1, classes] of a network. */
  readonly output: Value;
  /** Frees the constants. */
  dispose(): void;
}

/** What a model does to an image, and what people call its outputs. */
export interface TracedModel {
  readonly trace: Trace;
  readonly classes: readonly string[];
  readonly preprocessing: Preprocessing;
}

/**
 * Runs the network once, on a black image, as it predicts. The trace outlives it; the caller
 * disposes both.
 */
export function traceNetwork(network: Network): Trace {
  const size = network.backbone.imageSize;
  const images: tf.Tensor4D = tf.zeros([1, size, size, 3]);
  try {
    return traceForward(images, () => network.forward(images), network.valueNames());
  } finally {
    images.dispose();
  }
}

/**
 * @param forward must make its output out of `images`, [B, S, S, 3].
 * @param names of values that have one.
 */
export function traceForward(
  images: tf.Tensor4D,
  forward: () => Value,
  names: ReadonlyMap<Value, string>,
): Trace {
  const tracer = new Tracer(images);
  try {
    const output = tracer.run(forward);
    const dispose = (): void => tracer.dispose();
    const { images: seen, calls } = tracer;
    const constants = tracer.constants(names);
    return { size: images.shape[1], images: seen, constants, calls, output, dispose };
  } catch (error) {
    tracer.dispose();
    throw error;
  }
}

class Tracer {
  readonly calls: Call[] = [];
  readonly images = new Set<Value>();
  readonly #pixels: tf.Tensor;
  /** Values that depend on the image. */
  readonly #computed = new Set<Value>();
  /** The others, kept for whoever reads them later; they share the numbers on the device. */
  readonly #constants = new Map<Value, tf.Tensor>();

  constructor(pixels: tf.Tensor) {
    this.#pixels = pixels;
  }

  run(forward: () => Value): Value {
    let output: Value | undefined;
    tf.tidy(() => {
      output = listen((call) => this.#hear(call), forward);
    });
    if (output && this.#computed.has(output)) return output;
    throw new Error('What is traced must depend on the image.');
  }

  constants(names: ReadonlyMap<Value, string>): Map<Value, Constant> {
    return new Map(
      [...this.#constants].map(([value, tensor]) => {
        const read = async () => Float32Array.from(await tensor.data<'float32'>());
        return [value, { name: names.get(value) ?? null, shape: tensor.shape, read }];
      }),
    );
  }

  dispose(): void {
    tf.dispose([...this.#constants.values()]);
  }

  #hear(call: Call): void {
    const values = call.inputs.flatMap(valuesIn);
    if (values.includes(call.output)) return; // an op with nothing to do gives back what it got
    const constants = values.filter((value) => !this.#follows(value));
    if (constants.length === values.length) return;
    for (const value of constants) {
      if (this.#constants.has(value)) continue;
      this.#constants.set(value, tf.keep(value.tensor.clone()));
    }
    this.#computed.add(call.output);
    this.calls.push(call);
  }

  #follows(value: Value): boolean {
    if (this.#computed.has(value)) return true;
    if (value.tensor !== this.#pixels) return false;
    this.images.add(value);
    return true;
  }
}

/** The values among what an op was called with, parameters' among them. */
function valuesIn(input: unknown): Value[] {
  if (input instanceof Value) return [input];
  if (input instanceof Param) return [input.value];
  if (typeof input !== 'object' || input === null) return [];
  return Object.values(input).flatMap(valuesIn);
}
