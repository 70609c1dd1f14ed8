/** What goes on in SAN Studio and in PyTorch: the adapter, and timm's weights. */
import { bundleFiles } from '../bundle.ts';
import type { ExportFormat } from '../contract.ts';
import { canEject } from '../eject.ts';
import { loadingLines } from '../readme.ts';

export const format = {
  info: {
    name: 'studio',
    label: 'SAN Studio and timm',
    summary: 'The adapter, to go on here, and the whole model for Python with PyTorch and timm.',
    order: 1,
  },
  contents: (facts) => [
    {
      name: 'adapter.safetensors',
      words: 'What was learned, alone and small: scales, shifts, norms and the last layer.',
    },
    ...(facts.foldsAway
      ? [
          {
            name: 'model.safetensors',
            words:
              'The whole model with the method folded into its weights; it runs as fast as before.',
          },
        ]
      : []),
    { name: 'config.json', words: 'What timm needs to build the model, with your class names.' },
    ...(facts.record
      ? [
          {
            name: 'run.json',
            words: 'Every setting, curve and number of the run, to repeat or to cite it.',
          },
        ]
      : []),
    ...(facts.split
      ? [
          {
            name: 'split.json',
            words: 'Which of your images were trained on and which judged the model, by file name.',
          },
        ]
      : []),
    ...(canEject(facts)
      ? [
          {
            name: 'eject/',
            words:
              'Python scripts (PyTorch) that repeat the run, or train on from it, on other machines.',
          },
        ]
      : []),
  ],
  snippets: (facts) =>
    facts.foldsAway
      ? [{ title: 'Python, with timm', language: 'python', code: loadingLines(facts) }]
      : [],
  files: bundleFiles,
} satisfies ExportFormat;
