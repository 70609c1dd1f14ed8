const SYSTEM_FILES = new Set(['thumbs.db', 'ehthumbs.db', 'desktop.ini', 'icon\r']);

/**
 * A path's plain segments: either kind of slash separates; drive letters, empty
 * segments, "." and ".." go, so no path leads outside of where it is put.
 */
export function pathSegments(path: string): string[] {
  return path
    .split(/[/\\]/)
    .filter((part) => !['', '.', '..'].includes(part) && !/^[A-Za-z]:$/.test(part));
}

/** Left behind by an operating system, not chosen by the person. */
export function isHidden(segments: readonly string[]): boolean {
  const name = segments.at(-1)?.toLowerCase() ?? '';
  return (
    SYSTEM_FILES.has(name) || segments.some((part) => part.startsWith('.') || part === '__MACOSX')
  );
}

/** Name of the folder that holds the file; null at the root. */
export function parentFolder(segments: readonly string[]): string | null {
  return segments.at(-2) ?? null;
}

export function isZipPath(path: string): boolean {
  return /\.zip$/i.test(path);
}
