/** Joins the class names that are there: `classNames(styles.card, folded && styles.folded)`. */
export function classNames(...names: readonly (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
