/** A trained model in a format of one's choice, tried before it leaves the page. */
import type {
  BackboneInfo,
  ExportedFile,
  ExportOffer,
  FileTest,
  SelfTest,
} from '../../protocol.ts';
import { repeatable } from '../../lib/repeatable.ts';
import type { Model } from '../model.ts';
import { archive, folderName } from './archive.ts';
import type { ExportedPart, StoredPart } from './contract.ts';
import { ExportFolder, gathered } from './export-folder.ts';
import { exportSource, type SourceHooks } from './export-source.ts';
import { exportFormats, formatNamed } from './formats/registry.ts';
import { answersOf, testFiles } from './self-test.ts';
import { testImages, type ImageSource, type TestImages } from './test-images.ts';

/** What every format holds of this model. */
export function offersOf(model: Model, date: Date = new Date()): ExportOffer[] {
  const facts = model.facts();
  const large = weightBytes(facts.backbone) >= LARGE;
  return exportFormats.map((format) => {
    const folder = folderName(facts, date, format.info.name);
    return {
      ...format.info,
      fileName: `${folder}.zip`,
      large,
      contents: [...format.contents(facts), ...ALWAYS],
      snippets: format.snippets(facts, folder),
    };
  });
}

const ALWAYS = [
  { name: 'README.md', words: 'What the files are, and the lines that use them.' },
  {
    name: 'selftest.json',
    words: 'What the model answers to some of your images, to hold other programs to.',
  },
];

/**
 * The files of a format in one zip, with the answers they were held to. What is large is written
 * to the browser's file system piece by piece, and opened again from there.
 * @param formatName one that `offersOf` names.
 * @param release frees the model: nothing is asked of it once it was written, and what was written
 * takes its place on the device while it is tried.
 * @throws EngineError "mismatch" where a file, opened again, is further off than it may be.
 */
export async function takeHome(
  model: Model,
  formatName: string,
  asked: ImageSource,
  release: () => void,
  date: Date = new Date(),
): Promise<ExportedFile> {
  const images = await testImages(asked, model.loaded.info.preprocessing);
  const format = formatNamed(formatName);
  const expected = await answersOf(model, images);
  const disk = await (exportFolder ??= ExportFolder.open());
  const keep: SourceHooks['keep'] = (pieces) => disk.write(MERGED, pieces);
  const source = await exportSource(model, { keep, release });
  const folder = folderName(source, date, format.info.name);
  const written = [MERGED];
  try {
    const parts = await store(await format.files(source, folder), disk, written);
    await source.dispose();
    await disk.remove(MERGED);
    release();
    const files = await testFiles(model.loaded, images, expected, parts);
    const record = {
      name: 'selftest.json',
      input: recordOf(source.classes, images, expected, files),
    };
    const zip = repeatable(() => archive(folder, [...parts, record], date));
    return {
      name: `${folder}.zip`,
      file: isLarge(parts) ? await disk.writeZip(zip) : await gathered(zip),
      selfTest: { images: images.images.length, source: images.source, files },
    };
  } finally {
    await source.dispose();
    for (const name of written) await disk.remove(name);
  }
}

/** Under which name merged weights are kept while files are made of them. */
const MERGED = 'merged weights';

/** Bytes from which on a zip is a file. */
const LARGE = 64 * 2 ** 20;

function isLarge(parts: readonly StoredPart[]): boolean {
  const size = (input: StoredPart['input']): number =>
    input instanceof Blob ? input.size : input.length;
  return parts.reduce((sum, { input }) => sum + size(input), 0) >= LARGE;
}

const weightBytes = ({ parameters }: BackboneInfo): number =>
  parameters * Float32Array.BYTES_PER_ELEMENT;

let exportFolder: Promise<ExportFolder> | null = null;

/** The parts with their pieces written; adds the names under which they are to `written`. */
async function store(
  parts: readonly ExportedPart[],
  disk: ExportFolder,
  written: string[],
): Promise<StoredPart[]> {
  const stored: StoredPart[] = [];
  for (const part of parts) {
    const { input } = part;
    if (typeof input === 'string' || input instanceof Uint8Array) stored.push({ ...part, input });
    else {
      const name = part.name.replaceAll('/', ' ');
      written.push(name);
      stored.push({ ...part, input: await disk.write(name, input) });
    }
  }
  return stored;
}

/** What selftest.json holds: enough to ask any other program the same. */
function recordOf(
  classes: readonly string[],
  { source, images }: TestImages,
  expected: readonly Float32Array[],
  files: readonly FileTest[],
): string {
  const what: SelfTest['source'] = source;
  const record = {
    about:
      what === 'own'
        ? 'The logits this model gave on the page for some images, by the SHA-256 of their files, and how far those of the files beside this one were off.'
        : 'The logits this model gave on the page for patterns of noise, by the SHA-256 of their RGB bytes, and how far those of the files beside this one were off.',
    classes,
    images: images.map(({ sha256 }, i) => ({ sha256, logits: [...(expected[i] ?? [])] })),
    files,
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}
