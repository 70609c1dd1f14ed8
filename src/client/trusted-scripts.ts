interface PolicyRules {
  readonly createHTML: (text: string) => string | null;
  readonly createScriptURL: (url: string) => string | null;
}

interface PolicyFactory {
  createPolicy(name: string, rules: PolicyRules): unknown;
}

declare global {
  /** Absent in browsers without Trusted Types, which is why the page's types leave it out. */
  var trustedTypes: PolicyFactory | undefined;
}

/**
 * Sets the one policy by which text becomes code or markup (Trusted Types): scripts come from
 * where the page comes from, and markup has no tags. Whatever else a library or an intruder
 * hands to the document is refused by the browser. To be called before anything else.
 */
export function trustOwnScripts(): void {
  globalThis.trustedTypes?.createPolicy('default', {
    createHTML: markupOf,
    createScriptURL: scriptUrlOf,
  });
}

/** A style's text has no tags, and markup is put in by nobody. */
function markupOf(text: string): string | null {
  return text.includes('<') ? null : text;
}

function scriptUrlOf(url: string): string | null {
  return new URL(url, location.href).origin === location.origin ? url : null;
}
