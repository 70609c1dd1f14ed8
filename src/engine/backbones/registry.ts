import type { ModelConfig } from '../../lib/model-config.ts';
import { EngineError } from '../errors.ts';
import { collect } from '../registry.ts';
import type { Backbone, BackboneFamily, Shapes } from './contract.ts';

const families = collect<BackboneFamily>(
  import.meta.glob<Record<string, unknown>>(
    ['./*.ts', '!./contract.ts', '!./registry.ts', '!./*.test.ts'],
    { eager: true },
  ),
  'family',
  (family) => family.name,
);

/**
 * Finds the family of a state dict by its tensor names and reads its configuration. A layer norm
 * epsilon that the config states goes before the family's own.
 * @throws EngineError "unsupported-model" where no family knows the names.
 */
export function inferBackbone(shapes: Shapes, config: ModelConfig | null): Backbone {
  const family = families.find((candidate) => candidate.recognises(shapes));
  if (family) {
    const backbone = family.infer(shapes, config);
    return { ...backbone, normEpsilon: config?.normEpsilon ?? backbone.normEpsilon };
  }
  const first = [...shapes.keys()].slice(0, 3).join(', ') || 'none';
  const known = families.map((candidate) => candidate.name).join(', ');
  throw new EngineError(
    'unsupported-model',
    `The file's tensors must carry timm's or Transformers' names of one of these families: ${known}. It starts with: ${first}.`,
  );
}
