import type { RunStart } from '../../protocol.ts';
import { useCatalog, useConfig } from '../studio-context.ts';

/** "SAN · ViT-Tiny/16, 6 blocks": the labels the person chose by. */
export function useRunTitle(start: RunStart | null): string {
  const method = useCatalog(({ methods }) => methods.find(({ name }) => name === start?.method));
  const backbone = useBackboneLabel(start?.backbone ?? '');
  if (start === null) return '';
  return `${method?.label ?? start.method} · ${backbone}`;
}

export function useBackboneLabel(backbone: string): string {
  const listed = useCatalog(({ bundled, hub }) =>
    [...bundled, ...hub].find(({ name }) => name === backbone),
  );
  const opened = useConfig((state) => state.backbone);
  if (opened?.name === backbone) return opened.label;
  return listed?.label ?? backbone;
}
