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
  lowering(add, (graph, output, a, b) =>
    each(graph, output, [a, b], (...names) => graph.node('Add', names)),
  ),
  lowering(relu, (graph, output, x) =>
    each(graph, output, [x], (name) => graph.node('Relu', [name])),
  ),
  // The pattern that runtimes know as one op; opset 20 has it as such, and fewer read that.
  lowering(gelu, (graph, output, x) =>
    each(graph, output, [x], (name) => {
      const error = graph.node('Erf', [graph.node('Div', [name, graph.scalar(Math.SQRT2)])]);
      const gate = graph.node('Add', [error, graph.scalar(1)]);
      return graph.node('Mul', [graph.node('Mul', [name, gate]), graph.scalar(0.5)]);
    }),
  ),
  lowering(quickGelu, (graph, output, x) =>
    each(graph, output, [x], (name) => {
      const gate = graph.node('Sigmoid', [graph.node('Mul', [name, graph.scalar(1.702)])]);
      return graph.node('Mul', [name, gate]);
    }),
  ),
  lowering(affine, (graph, output, x, factor, offset) =>
    each(graph, output, [x], (name) => {
      const scaled = graph.node('Mul', [name, graph.scalar(factor)]);
      return offset === 0 ? scaled : graph.node('Add', [scaled, graph.scalar(offset)]);
    }),
  ),
  lowering(changeChannels, (graph, output, x, { scaleOut, shift }) => {
    const name = graph.name(x);
    const scaled = scaleOut ? graph.node('Mul', [name, graph.name(scaleOut)]) : name;
    graph.set(output, shift ? graph.node('Add', [scaled, graph.name(shift)]) : scaled);
  }),
];
