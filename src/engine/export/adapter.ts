/**
 * adapter.safetensors: what was trained, and in its metadata what it was trained on. A SHA-256
 * over all of it tells a damaged or changed file, which would otherwise predict nonsense.
 */
import { SafetensorsError } from '../../lib/safetensors-header.ts';
import {
  parseSafetensors,
  safetensorsSize,
  writeSafetensors,
  type SafetensorsFile,
  type StateDict,
} from '../../lib/safetensors.ts';
import { sha256 } from '../../lib/sha256.ts';
import { EngineError } from '../errors.ts';
import { adapterMetadata, readAdapterMetadata, type AdapterDescription } from './adapter-format.ts';
import type { Adapter, TrainedModel } from './contract.ts';
import { recordHash, recordTexts } from './record-texts.ts';

/** @throws EngineError "not-finite" where training has left a number that is none. */
export async function writeAdapter(model: TrainedModel): Promise<Uint8Array<ArrayBuffer>> {
  checkFinite(model.tensors, 'not-finite');
  const { method, methodOptions, backbone, classes, tensors } = model;
  const { preprocessing } = backbone;
  const texts = recordTexts(model);
  const metadata = adapterMetadata({
    ...{ method, methodOptions, backbone, classes, preprocessing },
    recordHash: texts && (await recordHash(texts)),
  });
  const digest = await sha256(writeSafetensors(tensors, metadata));
  return writeSafetensors(tensors, { ...metadata, digest });
}

/** Size in bytes of the file that `writeAdapter` makes of tensors of these shapes. */
export function adapterSize(
  description: AdapterDescription,
  shapes: ReadonlyMap<string, readonly number[]>,
): number {
  const digest = '0'.repeat(64); // SHA-256 in hex
  return safetensorsSize(shapes, { ...adapterMetadata(description), digest });
}

/** @throws EngineError "bad-file" with a sentence for anything but an adapter as it was written. */
export async function readAdapter(bytes: Uint8Array): Promise<Adapter> {
  const { tensors, metadata } = parse(bytes);
  const description = readAdapterMetadata(metadata);
  const { digest, ...rest } = metadata;
  if (digest !== (await sha256(writeSafetensors(tensors, rest)))) {
    throw new EngineError(
      'bad-file',
      'The adapter no longer is what was exported: its SHA-256 does not match. It is damaged or was changed.',
    );
  }
  checkFinite(tensors, 'bad-file');
  return { ...description, tensors };
}

function parse(bytes: Uint8Array): SafetensorsFile {
  try {
    return parseSafetensors(bytes);
  } catch (error) {
    if (error instanceof SafetensorsError) throw new EngineError('bad-file', error.message);
    throw error;
  }
}

function checkFinite(tensors: StateDict, code: 'bad-file' | 'not-finite'): void {
  for (const [name, { data }] of tensors) {
    const value = data.find((number) => !Number.isFinite(number));
    if (value === undefined) continue;
    throw new EngineError(code, `An adapter holds finite numbers only; "${name}" holds ${value}.`);
  }
}
