/** Partial tuning: a setting of every method that acts inside the network. */
import type { Field, FormValues } from '../../protocol.ts';

const NAME = 'lastBlocks';

export const LAST_BLOCKS_FIELD = {
  kind: 'number',
  name: NAME,
  label: 'Blocks adapted',
  help: 'Adapts only so many of the network’s last blocks; 0 adapts all. Fewer are faster, and without augmentation everything before them is computed only once.',
  advanced: true,
  default: 0,
  min: 0,
  max: 100,
  integer: true,
  scale: 'linear',
  unit: 'blocks',
} satisfies Field;

/** How many of the last blocks a method acts on, 0 for all. */
export function lastBlocksOf(options: FormValues): number {
  return Number(options[NAME] ?? 0);
}
