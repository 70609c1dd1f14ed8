/** A folder as the Hugging Face Hub keeps models, for Transformers.js and Python's Transformers. */
import { repeatable } from '../../../lib/repeatable.ts';
import { safetensorsPieces, streamOf } from '../../../lib/safetensors-stream.ts';
import {
  preprocessorConfigJson,
  transformersConfigJson,
} from '../../../lib/transformers-config-json.ts';
import type { TransformersModel } from '../../weights/to-transformers.ts';
import {
  SAME_NUMBERS,
  type ExportedPart,
  type ExportFormat,
  type ModelFacts,
} from '../contract.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import { proofOf } from '../parts/onnx-folder.ts';
import { formatReadme } from '../readme.ts';
import { transformersInJavaScript } from '../snippets/transformers-javascript.ts';
import { transformersInPython } from '../snippets/transformers-python.ts';

/** Transformers.js must be told a type it knows, and reads nothing else of it than that it is an encoder. */
const ANY_TYPE = 'vit';

const ONNX_ONLY =
  'Python’s Transformers has no class that computes this network, so there are no weights for it here; “model_type” in config.json is one that Transformers.js knows and takes the ONNX files for.';

const RESIZING = (size: number): string =>
  `Transformers.js resizes images more coarsely than SAN Studio does. On 40 photographs made a little smaller (256 to 224 px) the logits of a DeiT-Tiny were 0.4 off in the median and 1.5 at most, and 34 of them kept their class among 1000; on images that need no resizing nothing differs. The more an image shrinks, the more it matters: hand it images near ${size} px, or use the ONNX format’s lines.`;

const contents = ({ hasTransformersClass }: ModelFacts): { name: string; words: string }[] => [
  { name: 'onnx/model.onnx', words: 'The whole model, for Transformers.js.' },
  { name: 'onnx/model_fp16.onnx', words: 'The same with weights in half precision.' },
  { name: 'config.json', words: 'The kind of model and the names of your classes.' },
  { name: 'preprocessor_config.json', words: 'How an image becomes the model’s input.' },
  ...(hasTransformersClass ? [WEIGHTS] : []),
];

const WEIGHTS = {
  name: 'model.safetensors',
  words: 'The weights under the names of Python’s Transformers.',
};

export const format = {
  info: {
    name: 'transformers',
    label: 'Hugging Face folder',
    summary:
      'For Transformers.js in a browser or in Node, and to upload to the Hugging Face Hub as it is.',
    order: 4,
  },
  contents,
  snippets: (_facts, folder) => [
    {
      title: 'JavaScript, with Transformers.js',
      language: 'javascript',
      code: transformersInJavaScript(folder),
    },
  ],
  async files(source, folder) {
    const told = await source.transformers();
    const model = await source.traced();
    const { preprocessing } = source.backbone;
    const { modelType = ANY_TYPE, architecture = null, config = {} } = told ?? {};
    const { classes } = source;
    return [
      { name: 'README.md', input: modelCard(source, told, folder) },
      {
        name: 'config.json',
        input: transformersConfigJson({ modelType, architecture, config, classes }),
      },
      { name: 'preprocessor_config.json', input: preprocessorConfigJson(preprocessing) },
      {
        name: 'onnx/model.onnx',
        input: writeOnnx(model, 'float32'),
        proof: proofOf('float32'),
      },
      {
        name: 'onnx/model_fp16.onnx',
        input: writeOnnx(model, 'float16'),
        proof: proofOf('float16'),
      },
      ...(told ? [weights(told)] : []),
    ];
  },
} satisfies ExportFormat;

function weights({ tensors }: TransformersModel): ExportedPart {
  const input = repeatable(() => safetensorsPieces(streamOf(tensors), { format: 'pt' }));
  return { name: WEIGHTS.name, input, proof: { reader: 'weights', tolerance: SAME_NUMBERS } };
}

/** A README.md with what the Hub reads of it on top. */
function modelCard(facts: ModelFacts, told: TransformersModel | null, folder: string): string {
  const { origin } = facts.backbone;
  const lines = [
    '---',
    `library_name: ${told ? 'transformers' : 'transformers.js'}`,
    'pipeline_tag: image-classification',
    ...(origin.kind === 'hub' ? [`base_model: ${origin.repository}`] : []),
    'tags:',
    ...['image-classification', 'onnx', 'transformers.js', 'san-studio'].map((tag) => `  - ${tag}`),
    '---',
    '',
  ];
  const python = {
    title: 'Python, with Transformers',
    language: 'python',
    code: transformersInPython(folder),
  } as const;
  const body = formatReadme(facts, {
    contents: contents(facts),
    snippets: [...format.snippets(facts, folder), ...(told ? [python] : [])],
    notes: [...(told ? [] : [ONNX_ONLY]), RESIZING(facts.backbone.preprocessing.size)],
  });
  return lines.join('\n') + body;
}
