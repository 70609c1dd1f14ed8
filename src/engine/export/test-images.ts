/** The images that a written file is asked about before it leaves the page. */
import { createRng } from '../../lib/rng.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { ImageId, Preprocessing, SelfTest } from '../../protocol.ts';
import { EngineError } from '../errors.ts';
import { decodeToPixels } from '../data/preprocess.ts';

const MOST = 16;
/** Where there are no images of one's own. */
const DRAWN = 4;

export interface TestImage {
  /** RGB bytes as the network sees them before normalisation, [S, S, 3]. */
  readonly bytes: Uint8Array;
  /** SHA-256 of the image's own file, hex; of the bytes where it was drawn. */
  readonly sha256: string;
}

/** Images of one's own, and where their files are. */
export interface ImageSource {
  readonly ids: readonly ImageId[];
  readonly open: (id: ImageId) => Promise<Blob>;
}

export interface TestImages {
  readonly source: SelfTest['source'];
  readonly images: readonly TestImage[];
}

/** Up to 16 of the images, spread evenly over all of them; patterns of noise where there is none. */
export async function testImages(
  { ids, open }: ImageSource,
  preprocessing: Preprocessing,
): Promise<TestImages> {
  const images: TestImage[] = [];
  for (const id of spread(ids)) {
    const file = await open(id).catch(absent);
    if (!file) continue;
    images.push({
      bytes: await decodeToPixels(file, preprocessing),
      sha256: await sha256(new Uint8Array(await file.arrayBuffer())),
    });
  }
  if (images.length > 0) return { source: 'own', images };
  return { source: 'drawn', images: await drawn(preprocessing.size) };
}

/** An image that was removed since is not asked about. */
function absent(error: unknown): null {
  if (error instanceof EngineError && error.code === 'bad-request') return null;
  throw error;
}

function spread(ids: readonly ImageId[]): ImageId[] {
  const count = Math.min(ids.length, MOST);
  return Array.from({ length: count }, (_, i) => ids[Math.floor((i * ids.length) / count)]!);
}

function drawn(side: number): Promise<TestImage[]> {
  const rng = createRng(0, 'test images');
  const noise = (): number => Math.floor(256 * rng.uniform());
  const patterns = Array.from({ length: DRAWN }, () =>
    Uint8Array.from({ length: side * side * 3 }, noise),
  );
  return Promise.all(patterns.map(async (bytes) => ({ bytes, sha256: await sha256(bytes) })));
}
