import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('./theme.css', import.meta.url), 'utf8');

const pairs = [...css.matchAll(/--([\w-]+): light-dark\((.+), (.+)\);/g)];
const light = new Map(pairs.map(([, name = '', colour = '']) => [name, colour]));
const dark = new Map(pairs.map(([, name = '', , colour = '']) => [name, colour]));

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

const themes = [
  ['light', light],
  ['dark', dark],
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
  ['run-1', 'surface'],
  ['run-2', 'surface'],
  ['run-3', 'surface'],
  ['run-4', 'surface'],
  ['run-5', 'surface'],
  ['run-6', 'surface'],
] as const;

test.each(themes)('%s: what must be seen is at least 3:1', (_, theme) => {
  for (const [mark, paper] of marks) {
    expect(contrast(theme, mark, paper), `${mark} on ${paper}`).toBeGreaterThanOrEqual(3);
  }
});
