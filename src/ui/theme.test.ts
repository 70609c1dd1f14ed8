import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('./theme.css', import.meta.url), 'utf8');

function tokens(selector: string): Map<string, string> {
  const start = css.indexOf(selector);
  const block = css.slice(css.indexOf('{', start) + 1, css.indexOf('}', start));
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
}

const light = tokens(':root {');
const systemDark = tokens(":root:not([data-theme='light'])");
const chosenDark = tokens(":root[data-theme='dark']");

/** WCAG 2 relative luminance of "#rrggbb". */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(theme: ReadonlyMap<string, string>, one: string, other: string): number {
  const [a, b] = [one, other].map((name) => luminance(theme.get(name) ?? ''));
  const [high, low] = [Math.max(a ?? 0, b ?? 0), Math.min(a ?? 0, b ?? 0)];
  return (high + 0.05) / (low + 0.05);
}

test('dark is the same dark, chosen or from the system, and leaves no colour out', () => {
  expect([...chosenDark]).toEqual([...systemDark]);
  expect([...systemDark.keys()].toSorted()).toEqual([...light.keys()].toSorted());
});

const themes = [
  ['light', light],
  ['dark', systemDark],
] as const;

const text = [
  ['text', 'surface'],
  ['text', 'page'],
  ['text', 'surface-hover'],
  ['text-muted', 'surface'],
  ['text-muted', 'page'],
  ['text-muted', 'surface-sunken'],
  ['text-muted', 'accent-soft'],
  ['accent', 'surface'],
  ['on-accent', 'accent'],
  ['warning-text', 'warning-soft'],
  ['error-text', 'error-soft'],
  ['error-text', 'surface'],
  ['potentiated-text', 'potentiated-soft'],
  ['depressed-text', 'depressed-soft'],
] as const;

test.each(themes)('%s: text is at least 7:1', (_, theme) => {
  for (const [ink, paper] of text) {
    expect(contrast(theme, ink, paper), `${ink} on ${paper}`).toBeGreaterThanOrEqual(7);
  }
});

const marks = [
  ['line-strong', 'surface'],
  ['focus', 'surface'],
  ['focus', 'page'],
  ['accent', 'line'],
  ['potentiated', 'surface'],
  ['depressed', 'surface'],
  ['series-train', 'surface'],
  ['series-validation', 'surface'],
  ['error-line', 'surface'],
] as const;

test.each(themes)('%s: what must be seen is at least 3:1', (_, theme) => {
  for (const [mark, paper] of marks) {
    expect(contrast(theme, mark, paper), `${mark} on ${paper}`).toBeGreaterThanOrEqual(3);
  }
});
