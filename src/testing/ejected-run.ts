/** A small run of the engine in Node, its images on the disk, and its exported bundle unpacked beside them. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encode } from 'fast-png';
import { unzipSync } from 'fflate';
import { bundleFiles } from '../engine/export/bundle.ts';
import { loadBackbone, type LoadedBackbone } from '../engine/loaded-backbone.ts';
import { Run, type RunImages } from '../engine/run.ts';
import type { FormValues } from '../protocol.ts';
import { colourClasses, colourImages } from './colour-images.ts';
import { testDevice } from './devices.ts';
import { goldenFolder } from './pytorch.ts';
import { zipOfParts } from './zip-of-parts.ts';

export interface EjectedRun {
  /** Holds `bundle/`, and the images under the paths that split.json has. */
  readonly folder: string;
  readonly run: Run;
  readonly loaded: LoadedBackbone;
  readonly images: RunImages;
}

/** A run on a golden's network and three classes of eight images; its model is the caller's to free. */
export async function ejectedRun(
  golden: string,
  method: string,
  training: FormValues,
  methodOptions: FormValues = {},
): Promise<EjectedRun> {
  const folder = await mkdtemp(join(tmpdir(), 'eject-'));
  const loaded = await goldenBackbone(golden);
  const classes = colourClasses(8);
  const ids = classes.flatMap((entry) => entry.images);
  const images = await writeImages(folder, ids, loaded);
  const run = new Run(1, { method, methodOptions, training, classes }, loaded, images, testDevice);
  const nothing = (): void => undefined;
  await run.complete({
    onPrepare: nothing,
    onPhase: nothing,
    onProgress: nothing,
    onScales: nothing,
    onStep: nothing,
    onEpoch: nothing,
  });
  const files = await bundleFiles(await run.model.takeHome());
  await unpack(await zipOfParts('bundle', files, new Date()), join(folder, 'bundle'));
  return { folder, run, loaded, images };
}

/** A golden's network, opened as a person's file would be; images are neither enlarged nor cropped. */
export async function goldenBackbone(golden: string): Promise<LoadedBackbone> {
  const file = (name: string) => readFile(join(goldenFolder(golden), name));
  // The manifest is this project's own reference format.
  const { config, image_size: size } = JSON.parse((await file('manifest.json')).toString()) as {
    readonly config: object;
    readonly image_size: number;
  };
  const described = {
    model_args: config,
    pretrained_cfg: { input_size: [3, size, size], crop_pct: 1 },
  };
  return loadBackbone(
    {
      kind: 'file',
      name: `${golden}.safetensors`,
      weights: new Blob([await file('model.safetensors')]),
      config: new Blob([JSON.stringify(described)]),
    },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
}

/** Images as PNG files of the network's own size, so that nothing is resized. */
async function writeImages(
  folder: string,
  ids: readonly number[],
  { info }: LoadedBackbone,
): Promise<RunImages> {
  const { size } = info.preprocessing;
  const hashes = new Map<number, string>();
  const pathOf = (id: number): string => colourImages.origin(id).path;
  for (const id of ids) {
    const data = await colourImages.pixels([id], info.preprocessing);
    const png = encode({ width: size, height: size, data, channels: 3, depth: 8 });
    hashes.set(id, createHash('sha256').update(png).digest('hex'));
    await mkdir(dirname(join(folder, pathOf(id))), { recursive: true });
    await writeFile(join(folder, pathOf(id)), png);
  }
  return {
    ...colourImages,
    origin: (id) => ({ path: pathOf(id), hash: hashes.get(id) ?? null }),
  };
}

/** Unpacks a zip's files into `folder`, the one folder that holds them in the zip left off. */
async function unpack(zip: Blob, folder: string): Promise<void> {
  const files = unzipSync(new Uint8Array(await zip.arrayBuffer()));
  for (const [path, bytes] of Object.entries(files)) {
    const target = join(folder, ...path.split('/').slice(1));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
}
