/** A traced forward pass in the terms of a format of graphs. */
import { EngineError } from '../../errors.ts';
import type { Graph } from './graph.ts';
import * as attention from './lowerings/attention.ts';
import type { Lowering } from './lowerings/contract.ts';
import * as elementwise from './lowerings/elementwise.ts';
import * as layers from './lowerings/layers.ts';
import * as maps from './lowerings/maps.ts';
import * as tokens from './lowerings/tokens.ts';
import * as windows from './lowerings/windows.ts';
import type { Trace } from './trace.ts';

const lowerings = new Map(
  [attention, elementwise, layers, maps, tokens, windows].flatMap((part) =>
    part.lowerings.map((lowering): [Lowering['operation'], Lowering] => [
      lowering.operation,
      lowering,
    ]),
  ),
);

/**
 * Says every op of the trace in a graph that is still empty, and returns it.
 * @throws EngineError "unsupported-model" naming an op that nobody has said yet.
 */
export function lower<Kind extends Graph>(trace: Trace, graph: Kind): Kind {
  for (const { operation, inputs, output } of trace.calls) {
    const found = lowerings.get(operation);
    if (!found) {
      throw new EngineError(
        'unsupported-model',
        `This network cannot be written as a graph: its op "${operation.operation}" has no form there yet.`,
      );
    }
    // `lowering` has tied the op's own inputs to what its lowering reads.
    found.lower(graph, output, ...(inputs as never));
  }
  graph.finish(trace.output);
  return graph;
}
