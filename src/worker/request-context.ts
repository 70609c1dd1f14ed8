import type { OpenHooks } from '../engine/weights/contract.ts';

/** What a long request may tell and must obey. */
export interface RequestContext {
  readonly signal: AbortSignal;
  progress(done: number, total: number, unit: 'images' | 'bytes', note: string): void;
}

/** The same for weights that are being opened. */
export function loadingHooks(context: RequestContext): OpenHooks {
  return {
    signal: context.signal,
    onProgress: (done, total, note) => context.progress(done, total, 'bytes', note),
  };
}
