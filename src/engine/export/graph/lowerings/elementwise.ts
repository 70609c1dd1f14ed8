/** Ops that treat every number alike: they keep a feature map in whichever order it is. */
import type { Value } from '../../../autograd.ts';
import { changeChannels } from '../../../ops/channels.ts';
import { add, affine, relu } from '../../../ops/elementwise.ts';
import { gelu, quickGelu } from '../../../ops/gelu.ts';
import type { Graph } from '../graph.ts';
import { lowering } from './contract.ts';

function each(
  graph: Graph,
  output: Value,
  inputs: readonly Value[],
  emit: (...names: string[]) => string,
): void {
  if (inputs.every((input) => graph.isMap(input))) {
    graph.setMap(output, emit(...inputs.map((input) => graph.map(input))));
  } else {
    graph.set(output, emit(...inputs.map((input) => graph.name(input))));
  }
}

export const lowerings = [
  lowering(add, (graph, output, a, b) => each(graph, output, [a, b], (a, b) => graph.add(a, b))),
  lowering(relu, (graph, output, x) => each(graph, output, [x], (name) => graph.relu(name))),
  lowering(gelu, (graph, output, x) => each(graph, output, [x], (name) => graph.gelu(name))),
  lowering(quickGelu, (graph, output, x) =>
    each(graph, output, [x], (name) =>
      graph.multiply(name, graph.sigmoid(graph.multiply(name, graph.scalar(1.702)))),
    ),
  ),
  lowering(affine, (graph, output, x, factor, offset) =>
    each(graph, output, [x], (name) => {
      const scaled = graph.multiply(name, graph.scalar(factor));
      return offset === 0 ? scaled : graph.add(scaled, graph.scalar(offset));
    }),
  ),
  lowering(changeChannels, (graph, output, x, { scaleOut, shift }) => {
    const name = graph.name(x);
    const scaled = scaleOut ? graph.multiply(name, graph.name(scaleOut)) : name;
    graph.set(output, shift ? graph.add(scaled, graph.name(shift)) : scaled);
  }),
];
