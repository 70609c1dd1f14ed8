/**
 * The images of this session. Files are copied into the project's folder; where there is none they
 * stay where they are (on the person's disk, or in this session's folder if they came out of a zip).
 * Prepared pixels go to a file, and memory
 * holds little more than names: it does not grow with the size of the pictures.
 */
import type {
  ImageId,
  ImageInfo,
  ImportItem,
  ImportSummary,
  KeptImage,
  Preprocessing,
} from '../../protocol.ts';
import type { Examined, ImportHooks } from './import-images.ts';
import type { ProjectFolder } from './project-folder.ts';
import type { SessionFolder } from './session-folder.ts';
import { LookAlikes } from '../../lib/look-alikes.ts';
import { EngineError, toFailure } from '../errors.ts';
import { createQueue, mapInOrder } from './concurrency.ts';
import { importImages } from './import-images.ts';
import { PixelCache } from './pixel-cache.ts';
import { decodeToPixels } from './preprocess.ts';
import { openRecordFile } from './record-file.ts';
import { openSessionFolder } from './session-folder.ts';

export type PrepareHooks = Pick<ImportHooks, 'onProgress' | 'signal'>;

/** Where an image came from. */
export interface ImageOrigin {
  /** As the person saw it. */
  readonly path: string;
  /** SHA-256 of the file, hex; null where the page has no cryptography. */
  readonly hash: string | null;
}

interface StoredImage extends ImageOrigin {
  readonly read: () => Promise<Blob>;
  readonly drop: () => void;
}

const CONCURRENCY = 4;
const quietly: PrepareHooks = {
  onProgress: () => undefined,
  signal: new AbortController().signal,
};

/** What the pixels depend on; mean and deviation are applied later. */
function cacheKey({ size, interpolation, cropShare, cropMode }: Preprocessing): string {
  return `pixels-${size}-${interpolation}-${cropMode}-${cropShare}`;
}

export class ImageStore {
  readonly #folder: SessionFolder;
  #project: ProjectFolder | null = null;
  readonly #images = new Map<ImageId, StoredImage>();
  readonly #byHash = new Map<string, ImageId>();
  readonly #looks = new LookAlikes();
  readonly #inTurn = createQueue();
  #nextId: ImageId = 1;
  #cache: PixelCache | null = null;
  #cacheKey = '';

  /** Opens an empty store; what earlier sessions left behind is cleared away. */
  static async open(): Promise<ImageStore> {
    return new ImageStore(await openSessionFolder('image-sessions'));
  }

  private constructor(folder: SessionFolder) {
    this.#folder = folder;
  }

  /**
   * Adds pictures from files and zips. `className` overrules the class that a folder's
   * name suggests. Files that are no picture are in the summary, the rest go on.
   * @throws EngineError "cancelled" or "storage"; what was added until then stays
   */
  import(
    items: readonly ImportItem[],
    className: string | null,
    hooks: ImportHooks,
  ): Promise<ImportSummary> {
    const target = {
      directory: this.#folder.directory,
      twin: (hash: string | null) => this.#twin(hash),
      keep: async (file: Blob) => (await this.#project?.keepImage(file)) ?? null,
      add: (image: Examined) => this.#add(image),
    };
    return importImages(items, className, target, hooks);
  }

  /**
   * Keeps images in the project's folder from now on, and takes over those that are there
   * already. Returns the ids of those whose file is gone. New images are numbered from `nextId`.
   */
  async keepIn(
    project: ProjectFolder,
    images: readonly KeptImage[],
    nextId: ImageId,
  ): Promise<ImageId[]> {
    const missing: ImageId[] = [];
    const there = await project.images();
    for (const { id, path, file, look } of images) {
      const kept = there.get(file.name);
      if (kept) this.#put(id, { path, hash: file.hash, read: kept.read, drop: kept.drop });
      else missing.push(id);
      if (kept && look !== undefined) this.#looks.take(id, look);
    }
    this.#project = project;
    this.#nextId = Math.max(this.#nextId, nextId);
    return missing;
  }

  /** Forgets images and whatever was kept for them; unknown ids are passed over. */
  release(ids: readonly ImageId[]): void {
    for (const id of ids) {
      const image = this.#images.get(id);
      if (!image) continue;
      this.#images.delete(id);
      if (image.hash !== null) this.#byHash.delete(image.hash);
      this.#cache?.delete(id);
      this.#looks.delete(id);
      image.drop();
    }
  }

  /** Where an image came from. @throws EngineError "bad-request" */
  origin(id: ImageId): ImageOrigin {
    return this.#get(id);
  }

  /** The image whose file has this SHA-256; null where there is none. */
  withHash(hash: string): ImageId | null {
    return this.#byHash.get(hash) ?? null;
  }

  /** The image's own file. @throws EngineError "bad-request" */
  file(id: ImageId): Promise<Blob> {
    return Promise.resolve().then(() => this.#get(id).read());
  }

  /**
   * Decodes and resizes those images that are not prepared yet. Pixels prepared for
   * another preprocessing are given up.
   * @throws EngineError "bad-request", "bad-image", "storage" or "cancelled"; what was
   * prepared until then stays
   */
  prepare(
    ids: readonly ImageId[],
    preprocessing: Preprocessing,
    hooks: PrepareHooks,
  ): Promise<void> {
    return this.#inTurn(async () => {
      await this.#prepare(ids, preprocessing, hooks);
    });
  }

  /**
   * RGB bytes of images, [ids, size, size, 3]; prepares those that are not.
   * @throws as `prepare`
   */
  pixels(ids: readonly ImageId[], preprocessing: Preprocessing): Promise<Uint8Array<ArrayBuffer>> {
    return this.#inTurn(async () => {
      const cache = await this.#prepare(ids, preprocessing, quietly);
      const bytes = cache.recordBytes;
      const pixels = new Uint8Array(ids.length * bytes);
      ids.forEach((id, index) =>
        cache.read(id, pixels.subarray(index * bytes, (index + 1) * bytes)),
      );
      return pixels;
    });
  }

  /** Deletes this session's files, a project's stay; the store is not to be used afterwards. */
  close(): Promise<void> {
    if (!this.#project) this.release([...this.#images.keys()]);
    return this.#inTurn(async () => {
      this.#cache?.close();
      this.#cache = null;
      await this.#folder.close();
    });
  }

  #get(id: ImageId): StoredImage {
    const image = this.#images.get(id);
    if (!image)
      throw new EngineError('bad-request', `There is no image ${id}; it may have been removed.`);
    return image;
  }

  #twin(hash: string | null): string | null {
    const id = hash === null ? undefined : this.#byHash.get(hash);
    return id === undefined ? null : this.#get(id).path;
  }

  #add({ read, drop, hash, stored, path, ...seen }: Examined): ImageInfo {
    const id = this.#nextId++;
    this.#put(id, { path, read, hash, drop });
    const { className, width, height, thumbnail, look } = seen;
    const alike = this.#looks.add(id, look);
    const info = { id, path, className, width, height, thumbnail, look, alike };
    return stored === null ? info : { ...info, file: { name: stored, hash } };
  }

  #put(id: ImageId, image: StoredImage): void {
    this.#images.set(id, image);
    if (image.hash !== null) this.#byHash.set(image.hash, id);
  }

  async #prepare(
    ids: readonly ImageId[],
    preprocessing: Preprocessing,
    { onProgress, signal }: PrepareHooks,
  ): Promise<PixelCache> {
    const cache = await this.#cacheFor(preprocessing);
    ids.forEach((id) => this.#get(id));
    const missing = [...new Set(ids)].filter((id) => !cache.has(id));
    const decode = async (id: ImageId): Promise<[ImageId, Uint8Array<ArrayBuffer>]> => {
      if (signal.aborted) throw new EngineError('cancelled', 'Preparing the images was stopped.');
      return [id, await this.#decode(id, preprocessing)];
    };
    let done = ids.length - missing.length;
    for await (const [id, pixels] of mapInOrder(missing, CONCURRENCY, decode)) {
      // Released while it was being decoded: nobody will ask for it.
      if (this.#images.has(id)) cache.write(id, pixels);
      onProgress(++done, ids.length, 'Preparing images');
    }
    return cache;
  }

  async #decode(id: ImageId, preprocessing: Preprocessing): Promise<Uint8Array<ArrayBuffer>> {
    const { read, path } = this.#get(id);
    try {
      return await decodeToPixels(await read(), preprocessing);
    } catch (error) {
      const { code, message } = toFailure(error);
      throw new EngineError(code, `${path}: ${message}`);
    }
  }

  async #cacheFor(preprocessing: Preprocessing): Promise<PixelCache> {
    const key = cacheKey(preprocessing);
    if (this.#cache && this.#cacheKey === key) return this.#cache;
    this.#cache?.close();
    this.#cache = null;
    const { directory } = this.#folder;
    if (this.#cacheKey) await directory?.removeEntry(this.#cacheKey).catch(() => undefined);
    const file = await openRecordFile(directory, key);
    const bytes = preprocessing.size * preprocessing.size * 3;
    this.#cacheKey = key;
    this.#cache = new PixelCache(file, bytes);
    return this.#cache;
  }
}
