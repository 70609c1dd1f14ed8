/** Names of tensors with numbers in them: "layers.{s}.blocks.{i}" stands for every s and i. */

/** A name that was met: its numbers by letter, and what follows the pattern, e.g. ".weight". */
interface Match {
  readonly numbers: ReadonlyMap<string, number>;
  readonly leaf: string;
}

/** "{i}", or "{i+1}": one more than i. */
const PLACE = /\{(\w)(\+1)?\}/g;

/**
 * Reads a pattern once. The result finds the numbers in a name that is the pattern itself or one
 * of its layer's tensors, and null in any other.
 */
export function namePattern(pattern: string): (name: string) => Match | null {
  const places = [...pattern.matchAll(PLACE)].map(([, letter = '', next]) => ({ letter, next }));
  const source = pattern.replaceAll('.', '\\.').replace(PLACE, '(\\d+)');
  const expression = new RegExp(`^${source}(\\.[a-z_]+)?$`);
  return (name) => {
    const found = expression.exec(name);
    if (!found) return null;
    const numbers = new Map(
      places.map(({ letter, next }, i) => [letter, Number(found[i + 1]) - (next ? 1 : 0)]),
    );
    return { numbers, leaf: found[places.length + 1] ?? '' };
  };
}

/** The name that a pattern becomes with a match's numbers: "{i+1}" is one more than "{i}". */
export function filledPattern(pattern: string, { numbers, leaf }: Match): string {
  const name = pattern.replace(PLACE, (_, letter: string, next?: string) =>
    String((numbers.get(letter) ?? 0) + (next ? 1 : 0)),
  );
  return name + leaf;
}
