import { expect, test } from 'vitest';
import { svgToPng } from './save-file.ts';

test('a chart is saved as it is seen: styles, variables and twice the size', async () => {
  document.body.innerHTML = `
    <style>:root { --surface: #102030; --bar: rgb(200, 40, 10); } .bar { fill: var(--bar); }</style>
    <svg width="40" height="20"><rect class="bar" x="20" width="20" height="20" /></svg>`;
  const svg = document.querySelector('svg');
  if (svg === null) throw new Error('The test page has no chart.');
  const picture = await createImageBitmap(await svgToPng(svg));
  expect([picture.width, picture.height]).toEqual([80, 40]);
  const context = new OffscreenCanvas(80, 40).getContext('2d');
  context?.drawImage(picture, 0, 0);
  expect([...(context?.getImageData(20, 20, 1, 1).data ?? [])]).toEqual([16, 32, 48, 255]);
  expect([...(context?.getImageData(60, 20, 1, 1).data ?? [])]).toEqual([200, 40, 10, 255]);
});
