/**
 * Opens picture files with the browser's own decoders. The header is read first, so a
 * picture too large to hold is refused or reduced before anything is decoded, and
 * decoding as a whole stays within a memory budget.
 */
import { imageSize } from 'image-size';
import { EngineError } from '../errors.ts';
import { isAnimated } from './animation.ts';
import { Gate } from './concurrency.ts';

export interface Picture {
  /** Upright, at most `LARGEST_BITMAP` pixels. */
  readonly bitmap: ImageBitmap;
  /** Upright size of the picture in the file, in pixels. */
  readonly width: number;
  readonly height: number;
  /** It is the first of several frames. */
  readonly animated: boolean;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly type: string;
  readonly animated: boolean;
}

const HEADER_BYTES = 1 << 20;
const LONGEST_HEADER = 1 << 26;
const LARGEST_FILE = 512 * 2 ** 20;
const LARGEST_PICTURE = 2 ** 28;
/** Larger pictures are reduced while decoding. */
const LARGEST_BITMAP = 2 ** 24;
/** A canvas side may have 65,535 pixels in Chromium and fewer elsewhere. */
const LONGEST_SIDE = 2 ** 15 - 1;

const decodable = new Set(['jpg', 'png', 'webp', 'gif', 'bmp', 'avif', 'ico']);
const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
const decoding = new Gate(2 ** 29);

function badImage(message: string): EngineError {
  return new EngineError('bad-image', message);
}

/** All bytes of a file, or a sentence if it is gone, too large or empty. */
export async function readBytes(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size === 0) throw badImage('The file is empty (0 bytes); expected a picture.');
  if (file.size > LARGEST_FILE) {
    const message = `A picture file may have ${megabytes(LARGEST_FILE)} MB; this one has ${megabytes(file.size)} MB.`;
    throw badImage(message);
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    const message =
      'The file could not be read; it may have been moved, changed or deleted since it was chosen.';
    throw badImage(message);
  }
}

function parseHeader(bytes: Uint8Array): Header | null {
  try {
    const { width, height, orientation = 1, type = 'unknown' } = imageSize(bytes);
    const rest = { type, animated: isAnimated(bytes) };
    // EXIF orientations 5 to 8 lie on their side.
    return orientation > 4 ? { width: height, height: width, ...rest } : { width, height, ...rest };
  } catch {
    return null;
  }
}

async function readHeader(file: Blob): Promise<Header | null> {
  const header = parseHeader(await readBytes(file.slice(0, HEADER_BYTES)));
  if (header || file.size <= HEADER_BYTES) return header;
  // Some cameras and editors put megabytes of metadata first.
  return parseHeader(await readBytes(file.slice(0, LONGEST_HEADER)));
}

function checkHeader(header: Header | null): void {
  if (!header) return;
  const { width, height, type } = header;
  if (!decodable.has(type)) {
    const name = type.toUpperCase();
    throw badImage(`${name} pictures cannot be decoded here; save it as JPEG, PNG or WebP.`);
  }
  if (width * height > LARGEST_PICTURE) {
    const most = Math.floor(LARGEST_PICTURE / 1e6);
    const message = `A picture may have ${most} megapixels; this one has ${width} × ${height}, ${Math.ceil((width * height) / 1e6)} megapixels.`;
    throw badImage(message);
  }
}

/** Share of the sides to keep while decoding. */
function reduction({ width, height }: Header): number {
  const byArea = Math.sqrt(LARGEST_BITMAP / (width * height));
  return Math.min(1, byArea, LONGEST_SIDE / Math.max(width, height));
}

async function decode(file: Blob, header: Header | null): Promise<Picture> {
  const share = header ? reduction(header) : 1;
  const animated = header?.animated ?? false;
  const options: ImageBitmapOptions = {
    imageOrientation: 'from-image',
    premultiplyAlpha: 'none',
    colorSpaceConversion: 'default',
  };
  if (!header || share === 1) {
    const bitmap = await createImageBitmap(file, options);
    return { bitmap, width: bitmap.width, height: bitmap.height, animated };
  }
  const resizeWidth = Math.max(1, Math.floor(header.width * share));
  const bitmap = await createImageBitmap(file, { ...options, resizeWidth, resizeQuality: 'high' });
  return { bitmap, width: header.width, height: header.height, animated };
}

function decodeFailure(header: Header | null): EngineError {
  if (!header) return badImage('This is not a picture that the browser can decode.');
  const name = header.type.toUpperCase();
  return badImage(`This ${name} picture is damaged or cut off; the browser cannot decode it.`);
}

/**
 * Decodes a picture and hands it to `look`; its pixels are freed when that is done.
 * Waits while other pictures fill the memory set aside for decoding.
 * @throws EngineError "bad-image" with a sentence fit for the person
 */
export async function withPicture<T>(
  file: Blob,
  look: (picture: Picture) => T | Promise<T>,
): Promise<T> {
  const header = await readHeader(file);
  checkHeader(header);
  const pixels = header ? header.width * header.height : LARGEST_BITMAP;
  // The file's own bytes, the decoded picture, and its copy in reading order.
  return decoding.run(file.size + 8 * pixels, async () => {
    const picture = await decode(file, header).catch(() => null);
    if (!picture) throw decodeFailure(header);
    try {
      return await look(picture);
    } finally {
      picture.bitmap.close();
    }
  });
}
