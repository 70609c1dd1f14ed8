/** What a long request may tell and must obey. */
export interface RequestContext {
  readonly signal: AbortSignal;
  progress(done: number, total: number, unit: 'images' | 'bytes', note: string): void;
}
