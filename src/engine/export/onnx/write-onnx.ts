import { repeatable } from '../../../lib/repeatable.ts';
import { lower } from '../graph/lower.ts';
import type { Precision } from '../graph/precision.ts';
import type { TracedModel } from '../graph/trace.ts';
import { encodeOnnx } from './encode.ts';
import { OnnxGraph } from './onnx-graph.ts';

/**
 * A file that ONNX Runtime opens, piece by piece: "pixel_values" [B, 3, S, S], normalised, to
 * "logits" [B, classes].
 * @throws EngineError "unsupported-model" naming an op that ONNX has no form of.
 */
export function writeOnnx(
  { trace, classes, preprocessing }: TracedModel,
  precision: Precision,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const graph = lower(trace, new OnnxGraph(trace));
  const description = {
    size: trace.size,
    output: [classes.length],
    precision,
    metadata: {
      classes: JSON.stringify(classes),
      preprocessing: JSON.stringify(preprocessing),
    },
  };
  return repeatable(() => encodeOnnx(graph, description));
}
