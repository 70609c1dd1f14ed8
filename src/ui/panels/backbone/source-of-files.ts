import type { BackboneSource } from '../../../protocol.ts';

type FileSource = Extract<BackboneSource, { kind: 'file' }>;

/**
 * The weights and, where given, their config.json and preprocessor_config.json; a sentence where
 * the files are something else.
 */
export function sourceOfFiles(files: readonly File[]): FileSource | string {
  const weights = files.filter(({ name }) => name.toLowerCase().endsWith('.safetensors'));
  const [first] = weights;
  if (!first) {
    const names = files.map(({ name }) => `“${name}”`).join(', ') || 'nothing';
    return `A backbone is a .safetensors file; got ${names}.`;
  }
  if (weights.length > 1) {
    return `One .safetensors file at a time; got ${weights.length}.`;
  }
  const [config = null, preprocessor = null] = files
    .filter(({ name }) => name.toLowerCase().endsWith('.json'))
    .sort((a, b) => Number(isPreprocessor(a)) - Number(isPreprocessor(b)));
  return { kind: 'file', name: first.name, weights: first, config, preprocessor };
}

const isPreprocessor = ({ name }: File): boolean => /preprocessor/i.test(name);
