/** Layers with weights. */
import { EngineError } from '../../../errors.ts';
import { convNorm } from '../../../ops/conv-norm.ts';
import { depthwiseConv } from '../../../ops/depthwise-conv.ts';
import { layerNorm } from '../../../ops/layer-norm.ts';
import { linear, type Adaptation } from '../../../ops/linear.ts';
import type { Param } from '../../../params.ts';
import type { Graph } from '../graph.ts';
import { lowering } from './contract.ts';

export const lowerings = [
  lowering(linear, (graph, output, x, weight, bias, adaptation) => {
    refuseAdaptation(adaptation);
    const product = graph.product(graph.name(x), columns(graph, weight));
    graph.set(output, bias ? graph.add(product, graph.name(bias)) : product);
  }),
  lowering(layerNorm, (graph, output, x, weight, bias, epsilon) => {
    const normalised = graph.layerNorm(
      graph.name(x),
      graph.name(weight),
      graph.name(bias),
      epsilon,
    );
    graph.set(output, normalised);
  }),
  lowering(convNorm, (graph, output, x, kernel, norm, { stride, padding }, adaptation) => {
    refuseAdaptation(adaptation);
    const convolution = { stride, padding, depthwise: false };
    const convolved = graph.convolve(graph.map(x), kernel, convolution);
    const normalised = graph.batchNorm(convolved, {
      weight: graph.name(norm.weight),
      bias: graph.name(norm.bias),
      mean: graph.name(norm.mean),
      variance: graph.name(norm.variance),
      epsilon: norm.epsilon,
    });
    graph.setMap(output, normalised);
  }),
  lowering(depthwiseConv, (graph, output, x, kernel, bias, adaptation) => {
    refuseAdaptation(adaptation);
    const [, , side = 1] = kernel.shape;
    const convolution = { stride: 1, padding: (side - 1) / 2, depthwise: true };
    const added = { ...convolution, bias: graph.name(bias) };
    graph.setMap(output, graph.convolve(graph.map(x), kernel, added));
  }),
];

/** A weight [out, in …] as the matrix [in, out] that a product reads. */
function columns(graph: Graph, weight: Param): string {
  const { name, shape, read } = graph.constant(weight);
  const [outputs = 0, ...rest] = shape;
  const inputs = rest.reduce((product, side) => product * side, 1);
  const turned = async () => transposed(await read(), outputs, inputs);
  return graph.float(name, { shape: [inputs, outputs], read: turned });
}

function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = data[row * columns + column]!;
    }
  }
  return turned;
}

function refuseAdaptation(adaptation: Adaptation = {}): void {
  const left = Object.entries(adaptation).find(([, part]) => part !== undefined);
  if (!left) return;
  throw new EngineError(
    'internal',
    `What a method puts around a layer must be folded in before it is written as a graph; "${left[0]}" is not.`,
  );
}
