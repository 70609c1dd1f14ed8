/** A trained model in a format of one's choice, tried before it leaves the page. */
import type { ExportedFile, ExportOffer, FileTest, SelfTest } from '../../protocol.ts';
import type { Model } from '../model.ts';
import { archive, folderName } from './archive.ts';
import { exportFormats, formatNamed } from './formats/registry.ts';
import { answersOf, testFiles } from './self-test.ts';
import { testImages, type ImageSource, type TestImages } from './test-images.ts';

/** What every format holds of this model. */
export function offersOf(model: Model, date: Date = new Date()): ExportOffer[] {
  const facts = model.facts();
  return exportFormats.map((format) => ({
    ...format.info,
    contents: [...format.contents(facts), ...ALWAYS],
    snippets: format.snippets(facts, folderName(facts, date, format.info.name)),
  }));
}

const ALWAYS = [
  { name: 'README.md', words: 'What the files are, and the lines that use them.' },
  {
    name: 'selftest.json',
    words: 'What the model answers to some of your images, to hold other programs to.',
  },
];

/**
 * The files of a format in one zip, with the answers they were held to.
 * @param formatName one that `offersOf` names.
 * @throws EngineError "mismatch" where a file, opened again, is further off than it may be.
 */
export async function takeHome(
  model: Model,
  formatName: string,
  asked: ImageSource,
  date: Date = new Date(),
): Promise<ExportedFile> {
  const images = await testImages(asked, model.loaded.info.preprocessing);
  const format = formatNamed(formatName);
  const source = await model.exportSource();
  const folder = folderName(source, date, format.info.name);
  const parts = await format.files(source, folder);
  const expected = await answersOf(model, images);
  const files = await testFiles(model, images, expected, parts);
  const record = {
    name: 'selftest.json',
    input: recordOf(source.classes, images, expected, files),
  };
  return {
    name: `${folder}.zip`,
    file: await archive(folder, [...parts, record], date),
    selfTest: { images: images.images.length, source: images.source, files },
  };
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
