import type { Preferences } from './app.ts';

/** Choices kept in the browser; where it forbids that, they last as long as the page. */
export function browserPreferences(): Preferences {
  const fallback = new Map<string, string>();
  return {
    get(key) {
      try {
        return localStorage.getItem(key);
      } catch {
        return fallback.get(key) ?? null;
      }
    },
    set(key, value) {
      fallback.set(key, value);
      try {
        localStorage.setItem(key, value);
      } catch {
        return;
      }
    },
  };
}
