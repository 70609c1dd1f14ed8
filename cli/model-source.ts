import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Catalog } from '../src/protocol.ts';
import type { RemoteSource } from './driver-api.ts';
import type { FileServer } from './file-server.ts';
import { requireFile } from './folders.ts';
import { UsageError } from './usage.ts';

/** How a hub repository is written: "owner/name". */
const repositoryPattern = /^[\w.-]+\/[\w.-]+$/;

/**
 * What `--model` names: a bundled backbone, a safetensors file, the folder of an
 * export, or a hub repository, tried in this order. Throws `UsageError` where it is none.
 */
export async function findModel(
  model: string,
  catalog: Catalog,
  files: FileServer,
): Promise<RemoteSource> {
  if (catalog.bundled.some((card) => card.name === model)) return { kind: 'bundled', name: model };
  const found = await stat(model).catch(() => null);
  if (found?.isDirectory()) return lendModel(join(model, 'model.safetensors'), files);
  if (found) return lendModel(model, files);
  if (repositoryPattern.test(model)) return { kind: 'hub', repository: model };
  const known = catalog.bundled.map((card) => card.name).join(', ');
  throw new UsageError(
    `--model must be one of ${known}, a file, an export folder or OWNER/NAME; got "${model}".`,
  );
}

async function lendModel(path: string, files: FileServer): Promise<RemoteSource> {
  await requireFile(path);
  const stem = basename(path).replace(/\.safetensors$/, '');
  const config = await findBeside(path, [`${stem}.config.json`, 'config.json']);
  const preprocessor = await findBeside(path, ['preprocessor_config.json']);
  return {
    kind: 'file',
    weights: files.lend(path),
    config: config === null ? null : files.lend(config),
    preprocessor: preprocessor === null ? null : files.lend(preprocessor),
  };
}

/** The first of these files that lies beside the weights. */
async function findBeside(path: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const candidate = join(dirname(path), name);
    if (await isFile(candidate)) return candidate;
  }
  return null;
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ?? false;
}
