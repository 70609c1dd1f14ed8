import { collect } from '../../registry.ts';
import type { TransformersNames } from './contract.ts';

/** A table for each family whose weights Hugging Face Transformers keeps under its own names. */
export const transformersNames = collect<TransformersNames>(
  import.meta.glob<Record<string, unknown>>(
    ['./*.ts', '!./contract.ts', '!./registry.ts', '!./tensors.ts', '!./*.test.ts'],
    { eager: true },
  ),
  'names',
  (table) => table.name,
);
