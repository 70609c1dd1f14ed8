import type { BackboneSource } from '../../protocol.ts';
import { openBundled } from './bundled.ts';
import type { OpenedWeights, OpenHooks } from './contract.ts';
import { openFile } from './file.ts';
import { openHub } from './hub.ts';

/**
 * Opens pretrained weights from wherever the person has chosen them.
 * @throws EngineError with a sentence; nothing opened before is touched.
 */
export function openWeights(source: BackboneSource, hooks: OpenHooks): Promise<OpenedWeights> {
  switch (source.kind) {
    case 'bundled':
      return openBundled(source.name, hooks);
    case 'file':
      return openFile(source, hooks);
    case 'hub':
      return openHub(source.repository, hooks);
    default:
      return source satisfies never;
  }
}
