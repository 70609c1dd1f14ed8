/** A graph model of TensorFlow.js, as its converter leaves one. */
import type { ExportFormat, ModelFacts } from '../contract.ts';
import { CANVAS_RESIZING, proofOf } from '../parts/onnx-folder.ts';
import { formatReadme } from '../readme.ts';
import { tensorFlowInJavaScript } from '../snippets/tensorflow-javascript.ts';
import { MODEL_NAME, writeGraphModel } from '../tensorflow/write-graph-model.ts';

const contents = [
  {
    name: MODEL_NAME,
    words:
      'The graph: its input is “pixel_values”, as many images as you like, and its output “logits”; with your class names and how an image is prepared.',
  },
  {
    name: 'group1-shard*.bin',
    words: 'The weights, in files of about 4 MB that browsers keep; they lie beside model.json.',
  },
];

const snippets = (facts: ModelFacts) =>
  [
    {
      title: 'JavaScript, with TensorFlow.js',
      language: 'javascript',
      code: tensorFlowInJavaScript(facts, MODEL_NAME),
    },
  ] as const;

export const format = {
  info: {
    name: 'tfjs',
    label: 'TensorFlow.js',
    summary:
      'For web pages that use TensorFlow.js: a graph model, as its own converter would write it.',
    order: 5,
  },
  contents: () => contents,
  snippets,
  async files(source) {
    const notes = [CANVAS_RESIZING];
    const readme = formatReadme(source, { contents, snippets: snippets(source), notes });
    const files = await writeGraphModel(await source.traced(), 'float32');
    return [
      { name: 'README.md', input: readme },
      ...files.map((file) => ({
        ...file,
        ...(file.name === MODEL_NAME ? { proof: proofOf('float32', 'graph-model') } : {}),
      })),
    ];
  },
} satisfies ExportFormat;
