import type { ModelFacts } from './contract.ts';
import { whyNoScripts } from './eject.ts';

/** What a bundle's README.md says of its scripts, or why it has none; nothing of a model that was not trained here. */
export function trainingUse(model: ModelFacts): string[] {
  if (!model.record || !model.split) return [];
  const reason = whyNoScripts(model);
  const words = reason === null ? scripts(model) : [absence(reason)];
  return ['## Train on in PyTorch', ...words];
}

const absence = (reason: string): string =>
  `There are no scripts for it here, because ${reason}; \`run.json\` has every setting of the run.`;

function scripts(model: ModelFacts): string[] {
  const backbone = backboneWords(model);
  const call = `eject/train.py --data images${backbone.option}`;
  return [
    `The scripts in \`eject/\` repeat this run from the start, or go on from its adapter (\`--go-on\`), on one processor or on many graphics cards. \`images\` is the folder that holds the images under the paths that \`split.json\` has. ${backbone.sentence}`,
    `\`\`\`\npip install -r eject/requirements.txt\npython ${call}\ntorchrun --nproc_per_node 4 ${call} --go-on\n\`\`\``,
    'First values, order of the images, augmentation and learning rates are those of the run. What differs: another program decodes JPEG files and leaves colour profiles aside, LoRA’s dropout draws other random numbers, and `--go-on` begins with a new schedule and optimizer. The result, in the folder `trained`, is an adapter that SAN Studio opens, and merged weights.',
    '`split.json` holds the file names of the images: delete it before you pass this on where they are private.',
  ];
}

/** Where the file that training started from is to be had. */
function backboneWords({ backbone: { origin } }: ModelFacts) {
  if (origin.kind === 'hub') {
    return {
      option: '',
      sentence: `The backbone is fetched from \`${origin.repository}\`; \`--backbone\` names its file where it is on the disk.`,
    };
  }
  const option = ' --backbone backbone.safetensors';
  const sentence =
    origin.kind === 'bundled'
      ? `\`backbone.safetensors\` stands for \`models/${origin.name}/model.safetensors\` of SAN Studio.`
      : '`backbone.safetensors` stands for the file that you opened as the backbone.';
  return { option, sentence };
}
