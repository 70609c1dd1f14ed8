/** Tells from a file's first bytes whether a picture moves; browsers then give its first frame. */

const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));

const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;

function numberAt(bytes: Uint8Array, at: number): number {
  return [0, 1, 2, 3].reduce((sum, i) => sum * 256 + byteAt(bytes, at + i), 0);
}

/** True for an animated GIF, PNG, WebP or AVIF, as far as the beginning of the file shows it. */
export function isAnimated(head: Uint8Array): boolean {
  if (textAt(head, 0, 3) === 'GIF') return gifFrames(head) > 1;
  if (textAt(head, 1, 3) === 'PNG') return isAnimatedPng(head);
  if (textAt(head, 0, 4) === 'RIFF' && textAt(head, 8, 8) === 'WEBPVP8X') {
    return (byteAt(head, 20) & 2) !== 0;
  }
  return textAt(head, 4, 8) === 'ftypavis';
}

/** The chunk that says so comes before the first frame. */
function isAnimatedPng(bytes: Uint8Array): boolean {
  for (let at = 8; at < bytes.length; at += 12 + numberAt(bytes, at)) {
    const kind = textAt(bytes, at + 4, 4);
    if (kind === 'acTL') return true;
    if (kind === 'IDAT') return false;
  }
  return false;
}

const EXTENSION = 0x21;
const FRAME = 0x2c;

/** Frames that begin within these bytes; two are as good as more. */
function gifFrames(bytes: Uint8Array): number {
  let frames = 0;
  let at = 13 + colourTable(byteAt(bytes, 10));
  while (at < bytes.length && frames < 2) {
    const kind = byteAt(bytes, at);
    if (kind === FRAME) {
      frames++;
      at = afterBlocks(bytes, at + 11 + colourTable(byteAt(bytes, at + 9)));
    } else if (kind === EXTENSION) {
      at = afterBlocks(bytes, at + 2);
    } else {
      break;
    }
  }
  return frames;
}

/** Bytes of a colour table, where these flags say that there is one. */
function colourTable(flags: number): number {
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
}

/** Where a chain of blocks ends: each says how long it is, the last one has nothing in it. */
function afterBlocks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && byteAt(bytes, at) > 0) at += byteAt(bytes, at) + 1;
  return at + 1;
}
