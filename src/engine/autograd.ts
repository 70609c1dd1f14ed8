/**
 * Reverse-mode differentiation over a handful of fat ops.
 *
 * Every op states its own gradient and is told which inputs want one, so a frozen
 * weight costs nothing in the backward pass and a frozen prefix of the network keeps
 * no activations at all. It refuses to be general: one scalar loss, first order only.
 */
import * as tf from '@tensorflow/tfjs';
import type { Remade } from './kernels/remade.ts';

/** What an op may do on its way out, so that the next one needs no pass of its own. */
export interface Ending {
  /** Of the output's shape, added first. */
  readonly residual?: Value;
  readonly activation?: 'gelu' | 'relu';
}

/** An op that is not computed before it is known what follows it. */
interface Pending {
  readonly shape: readonly number[];
  /** Null where it can take nothing along. */
  readonly ending: Ending | null;
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
  readonly #remade: Remade | null;
  /** What a pending op came to, once its tensor was asked for. */
  #finished: Value | null = null;
  #gradient: tf.Tensor | null = null;

  constructor(source: tf.Tensor | Pending, needsGradient = false, remade: Remade | null = null) {
    this.#source = source;
    this.#remade = remade;
    this.needsGradient = needsGradient;
  }

  get tensor(): tf.Tensor {
    if (this.#source instanceof tf.Tensor) return this.#source;
    return (this.#finished ??= this.#source.finish(this.#source.ending ?? {})).tensor;
  }

  get shape(): number[] {
    return [...this.#source.shape];
  }

  /** How a kernel makes these numbers again from what is kept anyway; to be asked once they were made. */
  get remade(): Remade | null {
    return this.#finished ? this.#finished.remade : this.#remade;
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
    if (source instanceof tf.Tensor || !source.ending || this.#finished) return null;
    const ending = joinEndings(source.ending, more);
    return ending && new Value({ ...source, ending }, this.needsGradient || leads(more.residual));
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
  readonly saved: readonly tf.Tensor[];
  /** Adds to the gradients of its inputs. */
  readonly backward: (gradient: tf.Tensor) => void;
}

/** The ops of one forward pass, in order. */
class Tape {
  readonly #nodes: Node[] = [];
  /** False where the pass only finds out what wants a gradient. */
  readonly keeps: boolean;

  constructor(keeps = true) {
    this.keeps = keeps;
  }

  push(node: Node): void {
    this.#nodes.push(node);
  }

  /** Fills `gradient` of every leaf below `end`; frees what the forward pass saved. */
  backward(end: Value, gradient: tf.Tensor): void {
    end.gradient = gradient;
    for (let node = this.#nodes.pop(); node; node = this.#nodes.pop()) {
      if (node.output.gradient) node.backward(node.output.gradient);
      tf.dispose([...node.saved]);
      node.output.gradient?.dispose();
      node.output.gradient = null;
    }
  }

  dispose(): void {
    for (const node of this.#nodes) tf.dispose([...node.saved]);
    this.#nodes.length = 0;
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
 * an input wants a gradient. `saved` is kept alive until the backward pass used it; what `remade`
 * makes the output from must be among it, or outlive the pass.
 */
export function traced<I extends Inputs, S extends Saved>(
  output: tf.Tensor,
  inputs: I,
  saved: S,
  backward: Backward<I, S>,
  remade: Remade | null = null,
): Value {
  const names = Object.keys(inputs).filter((name) => leads(inputs[name]));
  const value = new Value(output, names.length > 0, remade);
  if (!open?.keeps || names.length === 0) return value;
  const kept: Record<string, tf.Tensor | undefined> = {};
  for (const [name, tensor] of Object.entries(saved)) {
    if (tensor) kept[name] = tf.keep(tensor.clone());
  }
  open.push({
    output: value,
    saved: Object.values(kept).filter((tensor) => tensor !== undefined),
    backward: (gradient) => {
      const received = tf.tidy(() => {
        // `kept` has the keys of `saved`, each with a clone of its tensor.
        const gradients = backward(gradient, kept as S);
        return names.map((name) => gradients[name]?.() ?? []);
      });
      names.forEach((name, i) => {
        const [input, each] = [inputs[name], received[i]];
        if (input && each && !Array.isArray(each)) accumulate(input, each);
      });
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
  const wanted = Object.values(inputs).some((input) => leads(input));
  return new Value({ shape, ending: {}, finish }, wanted);
}

/** A constant that is made when its tensor is asked for; it lives in the tidy that asks. */
export function madeWhenAsked(shape: readonly number[], make: () => tf.Tensor): Value {
  return new Value({ shape, ending: null, finish: () => new Value(make()) });
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

/** True where a backward pass will want this value's gradient, and what it takes must be saved. */
export function wants(value: Value | undefined): boolean {
  return open?.keeps === true && leads(value);
}

/** True where a tape is open and the value lies on the way of a gradient. */
function leads(value: Value | undefined): boolean {
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

/**
 * A scope that keeps nothing for the backward pass, which runs it once more when it comes by
 * (Chen et al. 2016): the memory of one stretch instead of all, for one more forward pass.
 * `forward` must come to the same numbers every time.
 */
export function recomputed(forward: () => Value): Value {
  const tape = open;
  if (!tape?.keeps) return scope(forward);
  const first = withoutSaving(() => scope(forward));
  if (!first.needsGradient) return first;
  const output = new Value(first.tensor, true);
  tape.push({ output, saved: [], backward: (gradient) => runAgain(forward, gradient) });
  return output;
}

function runAgain(forward: () => Value, gradient: tf.Tensor): void {
  const tape = new Tape();
  try {
    tf.tidy(() => {
      const value = onTape(tape, () => scope(forward));
      tape.backward(value, gradient.clone());
    });
  } finally {
    tape.dispose();
  }
}

/** Values say whether they need a gradient, and nothing is kept for one. */
export function withoutSaving<T>(run: () => T): T {
  return onTape(new Tape(false), run);
}

function onTape<T>(tape: Tape, run: () => T): T {
  const outer = open;
  open = tape;
  try {
    return run();
  } finally {
    open = outer;
  }
}

/** Gradients of leaves: computes `loss()` on a fresh tape and runs it backward. Returns the loss tensor. */
export function differentiate(loss: () => Value): tf.Tensor {
  if (open) throw new Error('A gradient is already being computed.');
  const tape = new Tape();
  try {
    return tf.tidy(() => {
      const result = onTape(tape, loss);
      // A constant, which takes no dispatch until an op reads it.
      tape.backward(result, tf.scalar(1));
      return result.tensor;
    });
  } finally {
    tape.dispose();
  }
}
