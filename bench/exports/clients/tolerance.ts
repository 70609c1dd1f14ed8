/** How far logits of an exported file may be off: as far as the page itself allows it. */
export function allowedFor(format: string, file: string): number {
  return format.endsWith('_half') || file.includes('fp16') ? 3e-2 : 1e-3;
}
