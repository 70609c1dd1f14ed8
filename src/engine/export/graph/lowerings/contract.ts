import type { Value } from '../../../autograd.ts';
import type { Operation } from '../../../operation.ts';
import type { Graph } from '../graph.ts';

type Lower<Inputs extends readonly unknown[]> = (
  graph: Graph,
  output: Value,
  ...inputs: Inputs
) => void;

/** How one of our ops is said in a graph: adds what it takes and sets the name of its output. */
export interface Lowering {
  readonly operation: Operation;
  readonly lower: Lower<never>;
}

/** Ties an op to its lowering, which gets what the op was called with. */
export function lowering<Inputs extends readonly unknown[]>(
  operation: Operation<Inputs>,
  lower: Lower<Inputs>,
): Lowering {
  return { operation, lower };
}
