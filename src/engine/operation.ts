/**
 * The ops that networks are written in, by name. Somebody may listen to them while a network
 * computes, and so learns what it does without a second description of it: see export/graph.
 */
import type { Value } from './autograd.ts';

/** An op of values, parameters and plain settings. It computes as it always did while nobody listens. */
export interface Operation<Inputs extends readonly unknown[] = never> {
  (...inputs: Inputs): Value;
  readonly operation: string;
}

/** That an op was called, with what, and what came of it. */
export interface Call {
  readonly operation: Operation;
  readonly inputs: readonly unknown[];
  readonly output: Value;
}

type Listener = (call: Call) => void;

let listener: Listener | null = null;

/** Gives an op its name. An op that is part of another one is not heard. */
export function operation<Inputs extends readonly unknown[]>(
  name: string,
  compute: (...inputs: Inputs) => Value,
): Operation<Inputs> {
  const named = (...inputs: Inputs): Value => {
    if (!listener) return compute(...inputs);
    const hear = listener;
    const output = withListener(null, () => compute(...inputs));
    hear({ operation: called, inputs, output });
    return output;
  };
  const called = Object.assign(named, { operation: name });
  return called;
}

/** Computes while `hear` is told of every op, in order, each after it was done. */
export function listen<T>(hear: Listener, compute: () => T): T {
  return withListener(hear, compute);
}

function withListener<T>(next: Listener | null, compute: () => T): T {
  const before = listener;
  listener = next;
  try {
    return compute();
  } finally {
    listener = before;
  }
}
