/** A traced forward pass as an ONNX graph. */
import { INPUT, OUTPUT } from '../../../lib/onnx-names.ts';
import { EngineError } from '../../errors.ts';
import { Graph } from './graph.ts';
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

/** @throws EngineError "unsupported-model" naming an op that nobody has said in ONNX yet. */
export function lower(trace: Trace): Graph {
  const graph = new Graph(trace, INPUT);
  for (const { operation, inputs, output } of trace.calls) {
    const found = lowerings.get(operation);
    if (!found) {
      throw new EngineError(
        'unsupported-model',
        `This network cannot be written as ONNX: its op "${operation.operation}" has no form there yet.`,
      );
    }
    // `lowering` has tied the op's own inputs to what its lowering reads.
    found.lower(graph, output, ...(inputs as never));
  }
  graph.finish(trace.output, OUTPUT);
  return graph;
}
