/**
 * What a network does to an image, written down while it does it. Only ops that depend on the
 * image are steps; what follows from the weights alone is a constant, whatever made it.
 */
import * as tf from '@tensorflow/tfjs';
import type { TensorData } from '../../../lib/safetensors.ts';
import { Value } from '../../autograd.ts';
import type { Network } from '../../network.ts';
import { listen, type Call } from '../../operation.ts';
import { Param } from '../../params.ts';

export interface Constant extends TensorData {
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
}

/** Runs the network once, on a black image, as it predicts. */
export async function traceNetwork(network: Network): Promise<Trace> {
  const size = network.backbone.imageSize;
  const images: tf.Tensor4D = tf.zeros([1, size, size, 3]);
  try {
    return await traceForward(images, () => network.forward(images), network.valueNames());
  } finally {
    images.dispose();
  }
}

/**
 * @param forward must make its output out of `images`, [B, S, S, 3].
 * @param names of values that have one.
 */
export async function traceForward(
  images: tf.Tensor4D,
  forward: () => Value,
  names: ReadonlyMap<Value, string>,
): Promise<Trace> {
  const tracer = new Tracer(images);
  try {
    const output = tracer.run(forward);
    const constants = await tracer.read(names);
    return { size: images.shape[1], images: tracer.images, constants, calls: tracer.calls, output };
  } finally {
    tracer.dispose();
  }
}

class Tracer {
  readonly calls: Call[] = [];
  readonly images = new Set<Value>();
  readonly #pixels: tf.Tensor;
  /** Values that depend on the image. */
  readonly #computed = new Set<Value>();
  /** Copies of the others, which may be freed before they are read. */
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

  async read(names: ReadonlyMap<Value, string>): Promise<Map<Value, Constant>> {
    const constants = new Map<Value, Constant>();
    for (const [value, tensor] of this.#constants) {
      const data = Float32Array.from(await tensor.data<'float32'>());
      constants.set(value, { name: names.get(value) ?? null, shape: tensor.shape, data });
    }
    return constants;
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
