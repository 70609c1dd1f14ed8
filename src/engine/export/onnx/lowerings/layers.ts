/** Layers with weights. */
import { EngineError } from '../../../errors.ts';
import { convNorm } from '../../../ops/conv-norm.ts';
import { depthwiseConv } from '../../../ops/depthwise-conv.ts';
import { layerNorm } from '../../../ops/layer-norm.ts';
import { linear, type Adaptation } from '../../../ops/linear.ts';
import type { Param } from '../../../params.ts';
import type { Graph } from '../graph.ts';
import type { Constant } from '../trace.ts';
import { lowering } from './contract.ts';

export const lowerings = [
  lowering(linear, (graph, output, x, weight, bias, adaptation) => {
    refuseAdaptation(adaptation);
    const product = graph.node('MatMul', [graph.name(x), columns(graph, weight)]);
    graph.set(output, bias ? graph.node('Add', [product, graph.name(bias)]) : product);
  }),
  lowering(layerNorm, (graph, output, x, weight, bias, epsilon) => {
    const inputs = [graph.name(x), graph.name(weight), graph.name(bias)];
    const attributes = { axis: { int: -1 }, epsilon: { float: epsilon } };
    graph.set(output, graph.node('LayerNormalization', inputs, attributes));
  }),
  lowering(convNorm, (graph, output, x, kernel, norm, { stride, padding }, adaptation) => {
    refuseAdaptation(adaptation);
    const convolved = graph.node('Conv', [graph.map(x), graph.name(kernel)], {
      kernel_shape: { ints: kernel.shape.slice(2) },
      strides: { ints: [stride, stride] },
      pads: { ints: [padding, padding, padding, padding] },
    });
    const channels = [norm.weight, norm.bias, norm.mean, norm.variance].map((param) =>
      graph.name(param),
    );
    const attributes = { epsilon: { float: norm.epsilon } };
    graph.setMap(output, graph.node('BatchNormalization', [convolved, ...channels], attributes));
  }),
  lowering(depthwiseConv, (graph, output, x, kernel, bias, adaptation) => {
    refuseAdaptation(adaptation);
    const [channels = 0, , side = 1] = kernel.shape;
    const margin = (side - 1) / 2;
    const convolved = graph.node('Conv', [graph.map(x), graph.name(kernel), graph.name(bias)], {
      group: { int: channels },
      kernel_shape: { ints: [side, side] },
      pads: { ints: [margin, margin, margin, margin] },
    });
    graph.setMap(output, convolved);
  }),
];

/** A weight [out, in …] as the matrix [in, out] that a product reads. */
function columns(graph: Graph, weight: Param): string {
  const constant = graph.constant(weight);
  return graph.float(constant.name, transposed(constant));
}

function transposed({ shape, data }: Constant): { shape: number[]; data: Float32Array } {
  const [outputs = 0] = shape;
  const inputs = data.length / outputs;
  const turned = new Float32Array(data.length);
  for (let row = 0; row < outputs; row++) {
    for (let column = 0; column < inputs; column++) {
      turned[column * outputs + row] = data[row * inputs + column]!;
    }
  }
  return { shape: [inputs, outputs], data: turned };
}

function refuseAdaptation(adaptation: Adaptation = {}): void {
  const left = Object.entries(adaptation).find(([, part]) => part !== undefined);
  if (!left) return;
  throw new EngineError(
    'internal',
    `What a method puts around a layer must be folded in before it is written as ONNX; "${left[0]}" is not.`,
  );
}
