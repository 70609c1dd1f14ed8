import { EngineError } from '../../errors.ts';
import { collect } from '../../registry.ts';
import type { ExportFormat } from '../contract.ts';

/** Every way to take a model home, first things first: a format is a file in this folder. */
export const exportFormats: readonly ExportFormat[] = [
  ...collect<ExportFormat>(
    import.meta.glob<Record<string, unknown>>(['./*.ts', '!./registry.ts', '!./*.test.ts'], {
      eager: true,
    }),
    'format',
    (format) => format.info.name,
  ),
].sort((a, b) => a.info.order - b.info.order);

/** @throws EngineError "bad-request" naming those there are. */
export function formatNamed(name: string): ExportFormat {
  const found = exportFormats.find(({ info }) => info.name === name);
  if (found) return found;
  const names = exportFormats.map(({ info }) => info.name).join(', ');
  throw new EngineError('bad-request', `The format must be one of ${names}; got "${name}".`);
}
