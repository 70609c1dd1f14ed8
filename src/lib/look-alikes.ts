import { looksAlike, parseLook, type Look } from './perceptual-hash.ts';

/** Earlier pictures named for each; those of a burst hold together by far fewer. */
const MOST_NAMED = 16;

interface Known {
  readonly id: number;
  readonly look: Look;
}

/** Finds the near-duplicates of every picture among those that came before it. */
export class LookAlikes {
  /** In the order they came; those that were removed are skipped until there are many. */
  #known: Known[] = [];
  readonly #removed = new Set<number>();

  /** Takes in a picture's look; a text that is none is like nothing. */
  take(id: number, text: string): void {
    const look = parseLook(text);
    if (look) this.#known.push({ id, look });
  }

  /**
   * Takes in a picture's look and names the pictures already here that look almost the same, the
   * latest 16 where there are more, the latest last.
   */
  add(id: number, text: string): number[] {
    const look = parseLook(text);
    if (!look) return [];
    const alike: number[] = [];
    for (let i = this.#known.length - 1; i >= 0 && alike.length < MOST_NAMED; i--) {
      const other = this.#known[i]!;
      if (looksAlike(look, other.look) && !this.#removed.has(other.id)) alike.unshift(other.id);
    }
    this.#known.push({ id, look });
    return alike;
  }

  /** Forgets a picture; numbers are never given twice. */
  delete(id: number): void {
    this.#removed.add(id);
    if (this.#removed.size < this.#known.length / 2) return;
    this.#known = this.#known.filter((one) => !this.#removed.has(one.id));
    this.#removed.clear();
  }
}

/** A picture with those before it that look almost the same. */
export interface WithAlikes {
  readonly id: number;
  readonly alike?: readonly number[];
}

/** Groups of pictures that hold together by looking alike; pictures like no other are in none. */
export function groupAlikes(pictures: readonly WithAlikes[]): number[][] {
  const parent = new Map(pictures.map(({ id }) => [id, id]));
  const rootOf = (id: number): number => {
    let root = id;
    for (let above = parent.get(root); above !== root; above = parent.get(root)) {
      if (above === undefined) return root;
      parent.set(root, parent.get(above) ?? above);
      root = above;
    }
    return root;
  };
  for (const { id, alike = [] } of pictures) {
    for (const other of alike) if (parent.has(other)) parent.set(rootOf(id), rootOf(other));
  }
  const groups = new Map<number, number[]>();
  for (const { id } of pictures) {
    const root = rootOf(id);
    const group = groups.get(root);
    if (group) group.push(id);
    else groups.set(root, [id]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
