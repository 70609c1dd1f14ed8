import { join } from 'node:path';
import type { ImageId } from '../src/protocol.ts';
import type { ExportCall } from './arguments.ts';
import { formatTable, print } from './console.ts';
import { readImages, requireFile } from './folders.ts';
import { findModel } from './model-source.ts';
import type { TrainerPage } from './trainer-page.ts';
import { writeExport, type WrittenExport } from './write-export.ts';

/** Images that the written files are tried on. */
const MOST_IMAGES = 16;

/** Takes a run's model home in another format: opens what `finetune --out` wrote, writes, tries, tells. */
export async function exportRun(
  call: ExportCall,
  openPage: () => Promise<TrainerPage>,
): Promise<number> {
  const adapter = join(call.run, 'adapter.safetensors');
  await requireFile(adapter);
  const paths = call.data === null ? [] : await readImages(call.data);
  const page = await openPage();
  const { device, catalog } = await page.ask('hello', { backend: call.backend });
  if (call.model !== null) {
    await page.ask('loadBackbone', { source: await findModel(call.model, catalog, page.files) });
  }
  await page.ask('importAdapter', { file: page.files.lend(adapter) });
  const images = await importSome(page, paths);
  const written = await writeExport(page, call.format, images, call.out);
  const report = { format: call.format, backend: device.backend, ...written };
  print(call.json ? JSON.stringify(report) : describe(written));
  return 0;
}

async function importSome(page: TrainerPage, paths: readonly string[]): Promise<ImageId[]> {
  if (paths.length === 0) return [];
  const count = Math.min(paths.length, MOST_IMAGES);
  const chosen = Array.from(
    { length: count },
    (_, i) => paths[Math.floor((i * paths.length) / count)] ?? '',
  );
  const files = chosen.map((path) => page.files.lend(path));
  const { images } = await page.ask('importImages', { files, className: 'images' });
  return images.map(({ id }) => id);
}

function describe({ selfTest }: WrittenExport): string {
  const rows = selfTest.files.map(({ name, largestDifference, tolerance, sameClass }) => [
    name,
    largestDifference.toExponential(1),
    String(tolerance),
    `${sameClass} of ${selfTest.images}`,
  ]);
  return formatTable(['opened again', 'largest difference', 'allowed', 'same class'], rows);
}
