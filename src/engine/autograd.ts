/**
 * Reverse-mode differentiation over a handful of fat ops.
 *
 * Every op states its own gradient and is told which inputs want one, so a frozen
 * weight costs nothing in the backward pass and a frozen prefix of the network keeps
 * no activations at all. It refuses to be general: one scalar loss, first order only.
 */
import * as tf from '@tensorflow/tfjs';

/** What an op may do on its way out, so that the next one needs no pass of its own. */
export interface Ending {
  /** Of the output's shape, added first. */
  readonly residual?: Value;
  readonly activation?: 'gelu' | 'relu';
}

/** An op that is not computed before it is known what follows it. */
interface Pending {
  readonly shape: readonly number[];
  readonly ending: Ending;
  finish(ending: Ending): Value;
}

/** One ending after the other as one; null where there is none for it. */
function joinEndings(first: Ending, second: Ending): Ending | null {
  if (first.activation || (first.residual && second.residual)) return null;
  // The gradient of a GELU needs its input again, which a sum makes of what is not kept.
  if (first.residual && second.activation === 'gelu') return null;
  return { ...first, ...second };
}

/** A tensor in a forward pass. Leaves own their tensor; every other value lives in the enclosing tidy. */
export class Value {
  readonly needsGradient: boolean;
  readonly #source: tf.Tensor | Pending;
  /** What a pending op came to, once its tensor was asked for. */
  #finished: Value | null = null;
  #gradient: tf.Tensor | null = null;

  constructor(source: tf.Tensor | Pending, needsGradient = false) {
    this.#source = source;
    this.needsGradient = needsGradient;
  }

  get tensor(): tf.Tensor {
    if (this.#source instanceof tf.Tensor) return this.#source;
    return (this.#finished ??= this.#source.finish(this.#source.ending)).tensor;
  }

  get shape(): number[] {
    return [...this.#source.shape];
  }

  /** ∂loss/∂this, once the backward pass came by. */
  get gradient(): tf.Tensor | null {
    return this.#finished ? this.#finished.gradient : this.#gradient;
  }

  set gradient(gradient: tf.Tensor | null) {
    if (this.#finished) this.#finished.gradient = gradient;
    else this.#gradient = gradient;
  }

  /** This value with an ending, in one op; null where it is computed already, or its op cannot end so. */
  ending(more: Ending): Value | null {
    const source = this.#source;
    if (source instanceof tf.Tensor || this.#finished) return null;
    const ending = joinEndings(source.ending, more);
    return ending && new Value({ ...source, ending }, this.needsGradient || wants(more.residual));
  }
}

/** A gradient to which its op has added what the input had already. */
// An interface would be no container of tensors to `tf.tidy`.
export type Sum = { readonly sum: tf.Tensor };

type Inputs = Readonly<Record<string, Value | undefined>>;
type Saved = Readonly<Record<string, tf.Tensor | undefined>>;

/** For every input by name, how its gradient is made; called only where it is wanted. */
type Gradients<I extends Inputs> = { readonly [K in keyof I]: () => tf.Tensor | Sum };

type Backward<I extends Inputs, S extends Saved> = (gradient: tf.Tensor, saved: S) => Gradients<I>;

interface Node {
  readonly output: Value;
  readonly inputs: readonly Value[];
  readonly saved: readonly tf.Tensor[];
  /** Gradients of `inputs`, in their order. */
  readonly backward: (gradient: tf.Tensor) => (tf.Tensor | Sum)[];
}

/** The ops of one forward pass, in order. */
class Tape {
  readonly #nodes: Node[] = [];

  push(node: Node): void {
    this.#nodes.push(node);
  }

  /** Fills `gradient` of every leaf below `loss`; frees what the forward pass saved. */
  backward(loss: Value): void {
    loss.gradient = tf.scalar(1); // a constant, which takes no dispatch until an op reads it
    for (let node = this.#nodes.pop(); node; node = this.#nodes.pop()) {
      this.#step(node);
      tf.dispose([...node.saved]);
      node.output.gradient?.dispose();
      node.output.gradient = null;
    }
  }

  dispose(): void {
    for (const node of this.#nodes) tf.dispose([...node.saved]);
    this.#nodes.length = 0;
  }

  #step(node: Node): void {
    const gradient = node.output.gradient;
    if (!gradient) return;
    const gradients = tf.tidy(() => node.backward(gradient));
    node.inputs.forEach((input, i) => {
      const received = gradients[i];
      if (received) accumulate(input, received);
    });
  }
}

function accumulate(value: Value, received: tf.Tensor | Sum): void {
  const earlier = value.gradient;
  if (!(received instanceof tf.Tensor)) value.gradient = tf.keep(received.sum);
  else if (!earlier) value.gradient = tf.keep(received);
  else {
    value.gradient = tf.keep(tf.add(earlier, received));
    received.dispose();
  }
  earlier?.dispose();
}

let open: Tape | null = null;

/**
 * Makes an op's output a value, and records its backward where a tape is open and
 * an input wants a gradient. `saved` is kept alive until the backward pass used it.
 */
export function traced<I extends Inputs, S extends Saved>(
  output: tf.Tensor,
  inputs: I,
  saved: S,
  backward: Backward<I, S>,
): Value {
  const names = Object.keys(inputs).filter((name) => inputs[name]?.needsGradient);
  const wanted = open !== null && names.length > 0;
  const value = new Value(output, wanted);
  if (!open || !wanted) return value;
  const kept: Record<string, tf.Tensor | undefined> = {};
  for (const [name, tensor] of Object.entries(saved)) {
    if (tensor) kept[name] = tf.keep(tensor.clone());
  }
  open.push({
    output: value,
    inputs: names.flatMap((name) => inputs[name] ?? []),
    saved: Object.values(kept).filter((tensor) => tensor !== undefined),
    backward: (gradient) => {
      // `kept` has the keys of `saved`, each with a clone of its tensor.
      const gradients = backward(gradient, kept as S);
      return names.flatMap((name) => gradients[name]?.() ?? []);
    },
  });
  return value;
}

/** An op's output that is computed when its tensor is asked for, or earlier with an ending. */
export function deferred(
  shape: readonly number[],
  inputs: Inputs,
  finish: (ending: Ending) => Value,
): Value {
  const wanted = Object.values(inputs).some((input) => wants(input));
  return new Value({ shape, ending: {}, finish }, wanted);
}

/** Makes a value when it is first asked for, and only once. */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** What a backward pass has saved, where it must be there. */
export function saved(tensor: tf.Tensor | undefined): tf.Tensor {
  if (tensor) return tensor;
  throw new Error('A gradient needs a tensor that its forward pass did not save.');
}

/** True where a backward pass will want this value's gradient. */
export function wants(value: Value | undefined): boolean {
  return open !== null && value !== undefined && value.needsGradient;
}

/**
 * Runs one stretch of a network and frees what only it used: without a tape all its
 * intermediates, with one all but what the tape saved.
 */
export function scope(forward: () => Value): Value {
  let value: Value | undefined;
  tf.tidy(() => {
    value = forward();
    return value.tensor;
  });
  if (!value) throw new Error('A scope must return a value.');
  return value;
}

/** Gradients of leaves: computes `loss()` on a fresh tape and runs it backward. Returns the loss tensor. */
export function differentiate(loss: () => Value): tf.Tensor {
  if (open) throw new Error('A gradient is already being computed.');
  const tape = new Tape();
  open = tape;
  try {
    return tf.tidy(() => {
      const result = loss();
      open = null;
      tape.backward(result);
      return result.tensor;
    });
  } finally {
    open = null;
    tape.dispose();
  }
}
