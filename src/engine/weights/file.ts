import { readSafetensorsHeader } from '../../lib/safetensors.ts';
import { sha256 } from '../../lib/sha256.ts';
import { ADAPTER_FORMAT } from '../../lib/trained-model-file.ts';
import type { BackboneSource } from '../../protocol.ts';
import { EngineError } from '../errors.ts';
import type { OpenedWeights, OpenHooks } from './contract.ts';
import { checkWeightsSize, namedError, readWeights } from './weights-file.ts';

type FileSource = Extract<BackboneSource, { kind: 'file' }>;

const PICKLES = /\.(bin|pt|pth|ckpt|pkl|pickle)$/i;
const MAX_CONFIG_BYTES = 10_000_000;

/**
 * A weights file from the person's own disk, and the JSON files that lie beside it where they gave
 * them.
 * @throws EngineError "bad-file" for anything but a whole safetensors file.
 */
export async function openFile(source: FileSource, hooks: OpenHooks): Promise<OpenedWeights> {
  const { name, weights, config, preprocessor } = source;
  refuseOtherFormats(name);
  checkWeightsSize(name, weights.size);
  hooks.onProgress(0, weights.size, `Reading ${name}`);
  await checkHeader(name, weights);
  const bytes = new Uint8Array(await weights.arrayBuffer());
  hooks.onProgress(weights.size, weights.size, `Reading ${name}`);
  if (hooks.signal.aborted) throw new EngineError('cancelled', `Reading ${name} was cancelled.`);
  const sidecars = [config, preprocessor].filter((file) => file instanceof Blob);
  return readWeights(bytes, await Promise.all(sidecars.map(readConfigText)), {
    name,
    origin: { kind: 'file', name },
    hash: await sha256(bytes),
    cached: false,
  });
}

function refuseOtherFormats(name: string): void {
  if (PICKLES.test(name)) {
    throw new EngineError(
      'bad-file',
      `Weights must be a .safetensors file; got "${name}". PyTorch's own files are pickles, which can run code when they are opened, so they are never read here. Save the state dict with safetensors.torch.save_file instead.`,
    );
  }
  if (!/\.safetensors$/i.test(name)) {
    throw new EngineError('bad-file', `Weights must be a .safetensors file; got "${name}".`);
  }
}

/** Looks at the header alone first: a wrong file of many gigabytes is refused at once. */
async function checkHeader(name: string, weights: Blob): Promise<void> {
  const header = await readSafetensorsHeader(weights).catch((error: unknown) => {
    throw namedError(name, error);
  });
  if (header.metadata['format'] === ADAPTER_FORMAT) {
    throw new EngineError(
      'bad-file',
      `"${name}" is an adapter, not a backbone. Open it where trained models are imported; it names its backbone itself.`,
    );
  }
}

async function readConfigText(config: Blob): Promise<string> {
  if (config.size <= MAX_CONFIG_BYTES) return config.text();
  throw new EngineError(
    'bad-file',
    `A model config must be smaller than 10 MB; this file has ${(config.size / 1e6).toFixed(0)} MB.`,
  );
}
