import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { unzipSync } from 'fflate';
import type { ImageId, SelfTest } from '../src/protocol.ts';
import { tell } from './console.ts';
import type { TrainerPage } from './trainer-page.ts';

export interface WrittenExport {
  readonly folder: string;
  readonly files: readonly string[];
  readonly selfTest: SelfTest;
}

/** Unpacks the export's files into `folder`, which is made where missing; the one folder that holds them in the zip is left off. */
export async function writeExport(
  page: TrainerPage,
  format: string,
  images: readonly ImageId[],
  folder: string,
): Promise<WrittenExport> {
  const upload = page.files.receive();
  const [{ name, selfTest }, bytes] = await Promise.all([
    page.ask('exportModel', { upload: upload.url, format, images }),
    upload.bytes,
  ]);
  const entries = Object.entries(unzipSync(bytes)).filter(([path]) => !path.endsWith('/'));
  const files: string[] = [];
  for (const [path, content] of entries) {
    const target = join(folder, normalize(`/${path.split('/').slice(1).join('/')}`));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    files.push(target);
  }
  tell(`${name}: ${entries.length} files written to ${folder}.`);
  return { folder, files, selfTest };
}
