import { EngineError } from '../errors.ts';
import { LAST_BLOCKS_FIELD } from './last-blocks.ts';
import { collect } from '../registry.ts';
import type { AdaptedNetwork, PeftMethod } from './contract.ts';

const written = collect<PeftMethod>(
  import.meta.glob<Record<string, unknown>>(
    ['./*.ts', '!./contract.ts', '!./last-blocks.ts', '!./registry.ts', '!./*.test.ts'],
    { eager: true },
  ),
  'method',
  (method) => method.info.name,
);

const methods = written.map((method): PeftMethod => {
  if (method.leavesBlocks) return method;
  const { info } = method;
  return { ...method, info: { ...info, fields: [...info.fields, LAST_BLOCKS_FIELD] } };
});

/** All methods, in the order they ask for. */
export function allMethods(): readonly PeftMethod[] {
  return [...methods].sort((a, b) => a.info.order - b.info.order);
}

/** Method → why it cannot train this network as it is set at first. */
export function refusalsOf(network: AdaptedNetwork): Record<string, string> {
  const refusals: Record<string, string> = {};
  for (const { info, refuses } of allMethods()) {
    const defaults = Object.fromEntries(info.fields.map((field) => [field.name, field.default]));
    const reason = refuses?.(network, defaults);
    if (reason) refusals[info.name] = reason;
  }
  return refusals;
}

/** @throws EngineError "bad-request" that lists the known names. */
export function methodNamed(name: string): PeftMethod {
  const method = methods.find((candidate) => candidate.info.name === name);
  if (method) return method;
  const known = methods.map((candidate) => candidate.info.name).join(', ');
  throw new EngineError('bad-request', `The method must be one of: ${known}; got "${name}".`);
}
