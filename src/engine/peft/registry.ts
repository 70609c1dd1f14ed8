import { EngineError } from '../errors.ts';
import { collect } from '../registry.ts';
import type { PeftMethod } from './contract.ts';

const methods = collect<PeftMethod>(
  import.meta.glob<Record<string, unknown>>(
    ['./*.ts', '!./contract.ts', '!./registry.ts', '!./*.test.ts'],
    { eager: true },
  ),
  'method',
  (method) => method.info.name,
);

/** All methods, the product's own first. */
export function allMethods(): readonly PeftMethod[] {
  return [...methods].sort((a, b) => Number(b.info.hasScales) - Number(a.info.hasScales));
}

/** @throws EngineError "bad-request" that lists the known names. */
export function methodNamed(name: string): PeftMethod {
  const method = methods.find((candidate) => candidate.info.name === name);
  if (method) return method;
  const known = methods.map((candidate) => candidate.info.name).join(', ');
  throw new EngineError('bad-request', `The method must be one of: ${known}; got "${name}".`);
}
