/** A folder around a graph model of TensorFlow.js; how its weights are kept is all that differs. */
import type { ExportFormat } from '../contract.ts';
import type { Precision } from '../graph/precision.ts';
import { formatReadme } from '../readme.ts';
import { tensorFlowInJavaScript } from '../snippets/tensorflow-javascript.ts';
import { MODEL_NAME, writeGraphModel } from '../tensorflow/write-graph-model.ts';
import { CANVAS_RESIZING, proofOf } from './onnx-folder.ts';

/** @param words of the shards. */
export function tensorFlowFolder(
  info: ExportFormat['info'],
  precision: Precision,
  words: string,
): ExportFormat {
  const contents: ExportFormat['contents'] = () => [
    {
      name: MODEL_NAME,
      words:
        'The graph: its input is “pixel_values”, as many images as you like, and its output “logits”; with your class names and how an image is prepared.',
    },
    { name: 'group1-shard*.bin', words },
  ];
  const snippets: ExportFormat['snippets'] = (facts) => [
    {
      title: 'JavaScript, with TensorFlow.js',
      language: 'javascript',
      code: tensorFlowInJavaScript(facts, MODEL_NAME),
    },
  ];
  return {
    info,
    contents,
    snippets,
    async files(source, folder) {
      const readme = formatReadme(source, {
        contents: contents(source),
        snippets: snippets(source, folder),
        notes: [CANVAS_RESIZING],
      });
      const proof = proofOf(precision, 'graph-model');
      const written = await writeGraphModel(await source.traced(), precision);
      const files = written.map((file) => (file.name === MODEL_NAME ? { ...file, proof } : file));
      return [{ name: 'README.md', input: readme }, ...files];
    },
  };
}
