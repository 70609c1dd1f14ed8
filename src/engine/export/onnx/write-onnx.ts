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
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  return encodeOnnx(lower(trace, new OnnxGraph(trace)), {
    size: trace.size,
    output: [classes.length],
    precision,
    metadata: {
      classes: JSON.stringify(classes),
      preprocessing: JSON.stringify(preprocessing),
    },
  });
}
