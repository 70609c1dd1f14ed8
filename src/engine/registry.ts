/**
 * Takes the named export of every module in a folder and checks that each is named
 * like its file, so that adding a file is all it takes to add an entry. Files have
 * hyphens where names may have underscores.
 * @throws Error on a missing export, a name unlike the file's, or a name used twice.
 */
export function collect<T>(
  modules: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  exportName: string,
  nameOf: (entry: T) => string,
): readonly T[] {
  const entries = new Map<string, T>();
  for (const [path, module] of Object.entries(modules)) {
    const file = path.replace(/^.*\/|\.ts$/g, '');
    // A module namespace is untyped here; what it exports is checked by its own `satisfies`.
    const entry = module[exportName] as T | undefined;
    if (!entry) throw new Error(`${path} must export "${exportName}".`);
    const name = nameOf(entry);
    if (name.replaceAll('_', '-') !== file)
      throw new Error(`${path} must be named like its file; got "${name}".`);
    if (entries.has(name)) throw new Error(`Names are unique; "${name}" came twice.`);
    entries.set(name, entry);
  }
  return [...entries.values()];
}
