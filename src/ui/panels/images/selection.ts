/** Which of a list's items are selected, and where the keyboard stands. */
export interface Selection {
  readonly chosen: ReadonlySet<number>;
  /** Index the keyboard is on. */
  readonly active: number;
  /** Index a range starts from. */
  readonly anchor: number;
}

export const NOTHING_SELECTED: Selection = { chosen: new Set(), active: 0, anchor: 0 };

/** A click or the space bar: flips one item; with `range`, adds all from the anchor to it. */
export function pick(
  selection: Selection,
  ids: readonly number[],
  index: number,
  range: boolean,
): Selection {
  const id = ids[index];
  if (id === undefined) return selection;
  const chosen = new Set(selection.chosen);
  if (range) {
    const [from, to] = [Math.min(selection.anchor, index), Math.max(selection.anchor, index)];
    for (const between of ids.slice(from, to + 1)) chosen.add(between);
    return { ...selection, chosen, active: index };
  }
  if (!chosen.delete(id)) chosen.add(id);
  return { chosen, active: index, anchor: index };
}

/** An arrow key; with `extend`, selects what it passes. */
export function move(
  selection: Selection,
  ids: readonly number[],
  by: number,
  extend: boolean,
): Selection {
  const index = Math.min(ids.length - 1, Math.max(0, selection.active + by));
  if (extend) return pick(selection, ids, index, true);
  return { ...selection, active: index, anchor: index };
}

/** Keeps only what is still in the list. */
export function within(selection: Selection, ids: readonly number[]): Selection {
  const present = new Set(ids);
  const chosen = new Set([...selection.chosen].filter((id) => present.has(id)));
  const last = Math.max(0, ids.length - 1);
  return {
    chosen,
    active: Math.min(selection.active, last),
    anchor: Math.min(selection.anchor, last),
  };
}
