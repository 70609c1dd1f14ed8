import type { Preprocessing } from '../../../protocol.ts';
import type { Network } from '../../network.ts';
import { encodeOnnx, type Precision } from './encode.ts';
import type { Graph } from './graph.ts';
import { lower } from './lower.ts';
import { traceNetwork } from './trace.ts';

export type { Precision } from './encode.ts';

export interface OnnxModel {
  readonly graph: Graph;
  /** Side of the square input, in pixels. */
  readonly size: number;
  readonly classes: readonly string[];
  readonly preprocessing: Preprocessing;
}

/**
 * A network's forward pass as an ONNX graph: "pixel_values" [B, 3, S, S], normalised, to "logits"
 * [B, classes]. What a method put around a layer must be folded in; what it put beside the layers
 * comes along.
 * @throws EngineError "unsupported-model" naming an op that ONNX has no form of.
 */
export async function onnxModel(
  network: Network,
  classes: readonly string[],
  preprocessing: Preprocessing,
): Promise<OnnxModel> {
  const trace = await traceNetwork(network);
  return { graph: lower(trace), size: trace.size, classes, preprocessing };
}

/** The model as a file that ONNX Runtime opens. */
export function writeOnnx(model: OnnxModel, precision: Precision): Uint8Array<ArrayBuffer> {
  const { graph, size, classes, preprocessing } = model;
  return encodeOnnx(graph, {
    size,
    output: [classes.length],
    precision,
    metadata: {
      classes: JSON.stringify(classes),
      preprocessing: JSON.stringify(preprocessing),
    },
  });
}
