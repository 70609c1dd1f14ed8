import { EngineError } from '../engine/errors.ts';
import type { LoadedBackbone } from '../engine/loaded-backbone.ts';
import type { RunConfig } from '../protocol.ts';

/** The loaded backbone, where it is the one that the run is for. @throws EngineError "not-ready", "mismatch" */
export function backboneFor(
  { backbone: wanted }: RunConfig,
  loaded: LoadedBackbone | null,
): LoadedBackbone {
  if (!loaded) throw new EngineError('not-ready', 'Choose a backbone before training.');
  const { name, hash } = loaded.info;
  if (wanted === undefined || wanted === hash) return loaded;
  throw new EngineError(
    'mismatch',
    `This run is for the backbone with the hash ${wanted.slice(0, 12)}…; “${name}” with ${hash.slice(0, 12)}… is loaded.`,
  );
}
