import type { CodeSnippet, ExportedFileWords } from '../../protocol.ts';
import type { ModelFacts, TrainedModel } from './contract.ts';
import { trainingUse } from './eject-readme.ts';
import { canEject } from './eject.ts';

/** The README.md of an exported bundle: what the files are and the Python that uses them. */
export function bundleReadme(model: TrainedModel): string {
  const use = model.merged ? mergedUse(model) : ADAPTER_USE;
  return [...opening(model), fileList(model), ...use, ...trainingUse(model)]
    .join('\n\n')
    .concat('\n');
}

/** What the README.md of a format adds to what is said of every model. */
export interface FormatReadme {
  readonly contents: readonly ExportedFileWords[];
  readonly snippets: readonly CodeSnippet[];
  /** Paragraphs behind the snippets. */
  readonly notes: readonly string[];
}

/** The README.md of a model in another format. */
export function formatReadme(
  facts: ModelFacts,
  { contents, snippets, notes }: FormatReadme,
): string {
  const rows = contents.map(({ name, words }) => `| \`${name}\` | ${words} |`);
  return [
    ...opening(facts),
    ['| file | what it is |', '| --- | --- |', ...rows].join('\n'),
    ...snippets.flatMap(({ title, language, code }) => [
      `## ${title}`,
      `\`\`\`${language}\n${code}\n\`\`\``,
    ]),
    ...notes,
  ]
    .join('\n\n')
    .concat('\n');
}

function opening(facts: ModelFacts): string[] {
  return [
    `# ${oneLine(facts.backbone.label)}, fine-tuned with ${facts.method}`,
    summary(facts),
    `Classes: ${facts.classes.map((name) => `\`${oneLine(name)}\``).join(', ')}`,
  ];
}

function mergedUse(model: TrainedModel): string[] {
  return [
    '## Use it in Python',
    '```\npip install timm safetensors pillow\n```',
    `\`\`\`python\n${loadingLines(model)}\n\`\`\``,
    'To go on in SAN Studio, drop `adapter.safetensors` or the whole zip onto the page.',
  ];
}

const ADAPTER_USE = [
  '## Use it',
  'This method works with parts of its own beside the backbone’s weights. They cannot be folded into the weights, so there is no merged file for other programs, only the adapter.',
  'Open the backbone named above in SAN Studio, then drop `adapter.safetensors` or the whole zip onto the page: it gives the same predictions as before.',
  'In Python, `safetensors.torch.load_file("adapter.safetensors")` reads the trained tensors by name; the method and its settings are in the file’s metadata.',
];

const OTHER_NAMES =
  'Its own file carries the tensor names of Hugging Face Transformers; all files here carry timm’s.';

function summary(model: ModelFacts): string {
  const { record, backbone } = model;
  const source = [
    `Backbone: ${oneLine(backbone.name)} (SHA-256 \`${backbone.hash}\`).`,
    ...(backbone.naming === 'transformers' ? [OTHER_NAMES] : []),
  ].join('\n');
  if (!record) return source;
  const accuracy = (record.bestValidationAccuracy * 100).toFixed(1);
  const images = record.classes.reduce((sum, { trainImages }) => sum + trainImages, 0);
  return [
    `Trained on ${images} images in ${record.classes.length} classes with SAN Studio, ${record.date.slice(0, 10)}.`,
    `Validation accuracy ${accuracy} % on ${record.evaluation.images} images (epoch ${record.bestEpoch}).`,
    source,
  ].join('\n');
}

function fileList(model: TrainedModel): string {
  const rows = [
    ...(model.merged
      ? [['model.safetensors', 'the whole network, ready for use: float32, timm names']]
      : []),
    ['config.json', 'architecture, classes and preprocessing, as timm keeps them on the Hub'],
    ['adapter.safetensors', 'only what was trained; needs the backbone'],
  ];
  if (model.record) rows.push(['run.json', 'every setting, curve and result of the run']);
  if (model.split) rows.push(['split.json', 'which images were trained on and which judged it']);
  if (canEject(model)) rows.push(['eject/', 'the run as a few files of plain PyTorch']);
  const lines = rows.map(([name, what]) => `| \`${name}\` | ${what} |`);
  return ['| file | what it is |', '| --- | --- |', ...lines].join('\n');
}

/** Python that builds the merged model with timm and asks it. */
export function loadingLines(model: ModelFacts): string {
  const call = [
    pythonLiteral(model.architecture),
    `num_classes=${model.classes.length}`,
    ...Object.entries(model.modelArgs).map(([name, value]) => `${name}=${pythonLiteral(value)}`),
  ];
  return `import json

import timm
import torch
from PIL import Image, ImageOps
from safetensors.torch import load_file

config = json.load(open("config.json", encoding="utf-8"))
model = timm.create_model(
    ${call.join(',\n    ')},
)
model.load_state_dict(load_file("model.safetensors"), strict=True)${normLines(model)}
model.eval()

data = timm.data.resolve_data_config({}, pretrained_cfg=config["pretrained_cfg"])
transform = timm.data.create_transform(**data)

image = ImageOps.exif_transpose(Image.open("image.jpg")).convert("RGB")
with torch.no_grad():
    probabilities = model(transform(image).unsqueeze(0)).softmax(-1)[0].tolist()
for probability, name in sorted(zip(probabilities, config["label_names"]), reverse=True):
    print(f"{probability:7.2%}  {name}")`;
}

/** timm's create_model takes no epsilon; a model from elsewhere may have been trained with another. */
function normLines(model: ModelFacts): string {
  const epsilon = model.backboneConfig?.normEpsilon ?? null;
  if (epsilon === null) return '';
  return `
for module in model.modules():
    if isinstance(module, torch.nn.LayerNorm):
        module.eps = ${epsilon}`;
}

/** A JSON value as Python writes it. */
function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(
      ([key, part]) => `${JSON.stringify(key)}: ${pythonLiteral(part)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  return JSON.stringify(value);
}

/** A person's name for something, where it cannot break the page it stands on. */
function oneLine(name: string): string {
  return name.replace(/[`\s]+/g, ' ').trim();
}
