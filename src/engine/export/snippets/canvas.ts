import type { Preprocessing } from '../../../protocol.ts';

/** Lines of JavaScript that draw image.jpg onto the canvas of `context`, as large as the network wants it. */
export function canvasInJavaScript({ size, cropShare, cropMode }: Preprocessing): string {
  const side = Math.floor(size / cropShare);
  const placed =
    cropMode === 'center'
      ? `const scale = ${side} / Math.min(image.width, image.height);
const [width, height] = [image.width * scale, image.height * scale];`
      : `const [width, height] = [${side}, ${side}];`;
  return `const image = await createImageBitmap(await (await fetch('image.jpg')).blob());
${placed}
const context = new OffscreenCanvas(${size}, ${size}).getContext('2d');
context.imageSmoothingQuality = 'high';
context.drawImage(image, (${size} - width) / 2, (${size} - height) / 2, width, height);`;
}
