/** Learned tokens among a transformer's own (Visual Prompt Tuning, arXiv 2203.12119). */
import type { Rng } from '../../../lib/rng.ts';
import type { Field } from '../../../protocol.ts';
import type { Value } from '../../autograd.ts';
import { insertTokens } from '../../ops/tokens.ts';
import type { AdaptContext, AdaptedNetwork, OwnTensor } from '../contract.ts';

const COUNT = 'tokens';

export const PROMPT_FIELD = {
  kind: 'number',
  name: COUNT,
  label: 'Prompt tokens',
  help: 'How many learned tokens join the image’s own. Each makes every prediction a little slower.',
  advanced: false,
  default: 10,
  min: 1,
  max: 100,
  integer: true,
  scale: 'log',
  unit: null,
} satisfies Field;

type Options = AdaptContext['options'];

export function refusesPrompts({ tokens }: AdaptedNetwork): string | null {
  if (tokens) return null;
  return 'Prompt tokens need a transformer whose blocks all read one sequence of tokens; this backbone is built otherwise.';
}

/** Prompts for the first `blocks` blocks, drawn as published: uniform, ±√(6 / (3 · P² + C)). */
export function createPrompts(
  { tokens }: AdaptedNetwork,
  blocks: number,
  options: Options,
  rng: Rng,
): OwnTensor[] {
  const width = tokens?.width ?? 0;
  const count = Number(options[COUNT]);
  const side = tokens?.patchSide ?? 1;
  const bound = Math.sqrt(6 / (3 * side ** 2 + width));
  const draw = (): number => bound * (2 * rng.uniform() - 1);
  return Array.from({ length: blocks }, (_, block) => ({
    name: promptName(block),
    shape: [1, count, width],
    initial: Float32Array.from({ length: count * width }, draw),
  }));
}

/**
 * Puts a block's prompts behind the first token: [B, n, C] → [B, n + p, C]. From the second block
 * on they take the place of the prompts that are there.
 */
export function placePrompts(block: number, x: Value, { own, network }: AdaptContext): Value {
  const prompts = own(promptName(block));
  if (!prompts) return x;
  const behind = Math.min(1, network.tokens?.prefix ?? 0);
  return insertTokens(x, prompts, behind, block === 0 ? 0 : (prompts.shape[1] ?? 0));
}

/** More tokens for every layer to go through. */
export function promptCost({ tokens }: AdaptedNetwork, options: Options): number {
  if (!tokens) return 0;
  return Number(options[COUNT]) / (tokens.prefix + tokens.patches);
}

const promptName = (block: number): string => `prompts.${block}`;
