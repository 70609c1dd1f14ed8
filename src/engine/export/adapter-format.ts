/**
 * The metadata of adapter.safetensors: strings all of them, some of them JSON. Whatever a file
 * says here is checked before it is believed.
 */
import { ADAPTER_FORMAT } from '../../lib/trained-model-file.ts';
import type { BackboneOrigin, FormValues, Preprocessing } from '../../protocol.ts';
import { EngineError } from '../errors.ts';
import type { Adapter } from './contract.ts';

const ADAPTER_VERSION = 1;

type Metadata = Readonly<Record<string, string>>;
export type AdapterDescription = Omit<Adapter, 'tensors'>;

export function adapterMetadata(adapter: AdapterDescription): Metadata {
  return {
    format: ADAPTER_FORMAT,
    version: String(ADAPTER_VERSION),
    method: adapter.method,
    options: JSON.stringify(adapter.methodOptions),
    backbone: adapter.backbone.name,
    backbone_origin: JSON.stringify(adapter.backbone.origin),
    backbone_hash: adapter.backbone.hash,
    classes: JSON.stringify(adapter.classes),
    preprocessing: JSON.stringify(adapter.preprocessing),
    ...(adapter.recordHash === null ? {} : { record_hash: adapter.recordHash }),
  };
}

/** @throws EngineError "bad-file" where this is not an adapter, or one this page cannot read. */
export function readAdapterMetadata(metadata: Metadata): AdapterDescription {
  checkFormat(metadata);
  return {
    method: text(metadata, 'method'),
    methodOptions: formValues(metadata),
    backbone: {
      name: text(metadata, 'backbone'),
      origin: origin(metadata),
      hash: hash(metadata, 'backbone_hash'),
    },
    classes: classes(metadata),
    preprocessing: preprocessing(metadata),
    recordHash: 'record_hash' in metadata ? hash(metadata, 'record_hash') : null,
  };
}

function checkFormat(metadata: Metadata): void {
  const { format, version } = metadata;
  if (format !== ADAPTER_FORMAT) {
    const found = format === undefined ? 'no format' : `the format "${format}"`;
    throw new EngineError(
      'bad-file',
      `An adapter's metadata must name the format "${ADAPTER_FORMAT}"; this file names ${found}.`,
    );
  }
  if (version === undefined || !/^[1-9]\d{0,8}$/.test(version)) throw unusable('version');
  if (Number(version) > ADAPTER_VERSION) {
    throw new EngineError(
      'bad-file',
      `This page reads adapters of version ${ADAPTER_VERSION}; this one has version ${version}. Open it with a newer SAN Studio.`,
    );
  }
}

function unusable(key: string): EngineError {
  return new EngineError(
    'bad-file',
    `The adapter's metadata "${key}" is missing or cannot be used; the file is damaged or was changed.`,
  );
}

function text(metadata: Metadata, key: string): string {
  const value = metadata[key];
  if (!value) throw unusable(key);
  return value;
}

function json(metadata: Metadata, key: string): unknown {
  try {
    return JSON.parse(text(metadata, key));
  } catch {
    throw unusable(key);
  }
}

function object(metadata: Metadata, key: string): Readonly<Record<string, unknown>> {
  const value = json(metadata, key);
  if (isObject(value)) return value;
  throw unusable(key);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hash(metadata: Metadata, key: string): string {
  const value = text(metadata, key);
  if (!/^[0-9a-f]{64}$/.test(value)) throw unusable(key);
  return value;
}

function formValues(metadata: Metadata): FormValues {
  const entries = Object.entries(object(metadata, 'options')).map(([name, value]) => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return [name, value] as const;
    }
    throw unusable('options');
  });
  return Object.fromEntries(entries);
}

function origin(metadata: Metadata): BackboneOrigin {
  const { kind, name, repository } = object(metadata, 'backbone_origin');
  if ((kind === 'bundled' || kind === 'file') && typeof name === 'string') return { kind, name };
  if (kind === 'hub' && typeof repository === 'string') return { kind, repository };
  throw unusable('backbone_origin');
}

function classes(metadata: Metadata): readonly string[] {
  const value = json(metadata, 'classes');
  const names: readonly unknown[] = Array.isArray(value) ? value : [];
  if (names.length < 2 || !names.every((name) => typeof name === 'string')) {
    throw unusable('classes');
  }
  if (new Set(names).size !== names.length) throw unusable('classes');
  return names;
}

function preprocessing(metadata: Metadata): Preprocessing {
  const { size, mean, std, interpolation, cropShare, cropMode } = object(metadata, 'preprocessing');
  const usable =
    isNumber(size, (side) => Number.isSafeInteger(side) && side > 0) &&
    isTriple(mean, () => true) &&
    isTriple(std, (deviation) => deviation > 0) &&
    (interpolation === 'bilinear' || interpolation === 'bicubic') &&
    isNumber(cropShare, (share) => share > 0 && share <= 1) &&
    (cropMode === 'center' || cropMode === 'squash');
  if (!usable) throw unusable('preprocessing');
  return { size, mean, std, interpolation, cropShare, cropMode };
}

function isNumber(value: unknown, inRange: (value: number) => boolean): value is number {
  return typeof value === 'number' && Number.isFinite(value) && inRange(value);
}

function isTriple(
  value: unknown,
  inRange: (value: number) => boolean,
): value is Preprocessing['mean'] {
  return (
    Array.isArray(value) && value.length === 3 && value.every((part) => isNumber(part, inRange))
  );
}
