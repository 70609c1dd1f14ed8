import type { Stretch } from '../contract.ts';

/** What comes before, between and behind the blocks. */
export function stretch(name: string, holds: readonly string[], run: Stretch['run']): Stretch {
  return { name, holds, isBlock: false, run };
}

/** A block, whose tensors are named after it. */
export function blockStretch(name: string, run: Stretch['run']): Stretch {
  return { name, holds: [name], isBlock: true, run };
}
