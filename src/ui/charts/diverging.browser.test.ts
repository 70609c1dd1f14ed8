import { afterEach, expect, test } from 'vitest';
import '../theme.css';
import { readPalette } from './diverging.ts';

afterEach(() => {
  delete document.documentElement.dataset['theme'];
});

/** Red, green and blue of the colours of the least scale, of 1 and of the largest. */
function colours(): number[][] {
  const bytes = new Uint8Array(readPalette(document.body).buffer);
  const last = bytes.length / 4 - 1;
  return [0, last / 2, last].map((entry) => [...bytes.slice(entry * 4, entry * 4 + 3)]);
}

test('a palette is of the theme that is on: 1 is its surface', () => {
  document.documentElement.dataset['theme'] = 'light';
  expect(colours()).toEqual([
    [0x54, 0x27, 0x88],
    [0xff, 0xff, 0xff],
    [0xb3, 0x58, 0x06],
  ]);
  document.documentElement.dataset['theme'] = 'dark';
  expect(colours()).toEqual([
    [0xb7, 0xaa, 0xf0],
    [0x1f, 0x1e, 0x1c],
    [0xfd, 0xb8, 0x63],
  ]);
});
