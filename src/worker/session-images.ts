import type { Event, ImageId, ImportItem, ImportSummary, KeptImage } from '../protocol.ts';
import { drawDemo } from '../engine/data/demo-images.ts';
import { ImageStore } from '../engine/data/image-store.ts';
import type { ProjectFolder } from '../engine/data/project-folder.ts';
import type { RequestContext } from './request-context.ts';

/** The session's image store, opened when it is first needed. */
export class SessionImages {
  readonly #post: (event: Event) => void;
  #store: Promise<ImageStore> | null = null;

  constructor(post: (event: Event) => void) {
    this.#post = post;
  }

  open(): Promise<ImageStore> {
    this.#store ??= ImageStore.open();
    return this.#store;
  }

  async import(
    items: readonly ImportItem[],
    className: string | null,
    context: RequestContext,
  ): Promise<ImportSummary> {
    const store = await this.open();
    return store.import(items, className, {
      onAdded: (images) => this.#post({ type: 'images.added', images }),
      onProgress: (done, total, note) => context.progress(done, total, 'images', note),
      signal: context.signal,
    });
  }

  async importDemo(
    demo: string,
    seed: number,
    imagesPerClass: number,
    context: RequestContext,
  ): Promise<ImportSummary> {
    const draw = (done: number, total: number): void =>
      context.progress(done, total, 'images', 'Drawing the demo images');
    const items = await drawDemo(demo, seed, imagesPerClass, draw, context.signal);
    return this.import(items, null, context);
  }

  /** Opens the store in a project's folder; returns the ids of images whose file is gone. */
  async keepIn(
    project: ProjectFolder,
    images: readonly KeptImage[],
    nextImage: ImageId,
  ): Promise<ImageId[]> {
    return (await this.open()).keepIn(project, images, nextImage);
  }

  async release(ids: readonly ImageId[]): Promise<null> {
    (await this.open()).release(ids);
    return null;
  }

  async file(id: ImageId): Promise<Blob> {
    return (await this.open()).file(id);
  }
}
