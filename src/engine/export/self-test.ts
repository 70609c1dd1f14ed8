/** Opens written files again and holds what they answer to what the page answers. */
import { fromBase64 } from '../../lib/base64.ts';
import type { FileTest, Preprocessing } from '../../protocol.ts';
import { EngineError } from '../errors.ts';
import { reopenBackbone, type LoadedBackbone } from '../loaded-backbone.ts';
import { Model } from '../model.ts';
import { pixelsOf, type Pixels } from '../ops/pixels.ts';
import { imageFeed, predict } from '../train/feed.ts';
import { readAdapter } from './adapter.ts';
import type { Proof, StoredPart } from './contract.ts';
import { askOnnx } from './onnx/ask-onnx.ts';
import { askGraphModel } from './tensorflow/ask-graph-model.ts';
import type { TestImages } from './test-images.ts';

/** Logits of one image after the other. */
type Answers = readonly Float32Array[];

/** What the page answers. */
export function answersOf(model: Model, { images }: TestImages): Promise<Answers> {
  return ask(
    model,
    images.map(({ bytes }) => bytes),
  );
}

/**
 * Asks every file that states a proof. One that no reader of the page can answer from is left out.
 * @throws EngineError "mismatch" where one is further off than it may be.
 */
export async function testFiles(
  loaded: LoadedBackbone,
  { images }: TestImages,
  expected: Answers,
  parts: readonly StoredPart[],
): Promise<FileTest[]> {
  const tests: FileTest[] = [];
  for (const part of parts) {
    if (!part.proof) continue;
    const bytes = images.map((image) => image.bytes);
    const answers = await readers[part.proof.reader]({ part, parts, loaded, images: bytes });
    if (!answers) continue;
    const test = compare(part.name, part.proof, expected, answers);
    refuseFarOff(test, images.length);
    tests.push(test);
  }
  return tests;
}

interface Question {
  readonly part: StoredPart;
  /** All files of the folder. */
  readonly parts: readonly StoredPart[];
  /** What the model that was written stands on. */
  readonly loaded: LoadedBackbone;
  /** RGB bytes, [S, S, 3]. */
  readonly images: readonly Uint8Array[];
}

const readers: Readonly<Record<Proof['reader'], (question: Question) => Promise<Answers | null>>> =
  {
    onnx: async ({ part, loaded, images }) =>
      askOnnx(await bytesOf(part), prepared(images, loaded.info.preprocessing)),
    embedded: async ({ part, loaded, images }) =>
      askOnnx(await embedded(part), prepared(images, loaded.info.preprocessing)),
    'graph-model': ({ part, parts, loaded, images }) => {
      const files = new Map(parts.map(({ name, input }) => [name, input]));
      return askGraphModel(files, part.name, images, loaded.info.preprocessing);
    },
    adapter: async ({ part, loaded, images }) => {
      const opened = Model.adapted(loaded, await readAdapter(await bytesOf(part)));
      return askAndDispose(opened, images);
    },
    weights: async ({ part, parts, images }) => {
      const beside = parts.filter(({ name }) => CONFIGS.includes(name));
      const texts = await Promise.all(beside.map(({ input }) => new Blob([input]).text()));
      const loaded = await reopenBackbone(new Blob([part.input]), part.name, texts);
      const opened = Model.pretrained(loaded);
      return opened && askAndDispose(opened, images);
    },
  };

/** What lies beside weights, in the order in which the one overrules the other. */
const CONFIGS = ['config.json', 'preprocessor_config.json'];

async function askAndDispose(model: Model, images: readonly Uint8Array[]): Promise<Answers> {
  try {
    return await ask(model, images);
  } finally {
    model.dispose();
  }
}

/** Normalised as the file's own preprocessing says. */
function prepared(images: readonly Uint8Array[], preprocessing: Preprocessing): Pixels[] {
  return images.map((bytes) => pixelsOf(bytes, 1, preprocessing));
}

/** RGB bytes [S, S, 3], normalised as the model's own preprocessing says. */
async function ask(model: Model, images: readonly Uint8Array[]): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  for (const bytes of images) {
    const logits = predict(model.network, imageFeed(bytes, 1, model.loaded.info.preprocessing));
    rows.push(Float32Array.from(await logits.data()));
    logits.dispose();
  }
  return rows;
}

function compare(
  name: string,
  { tolerance }: Proof,
  expected: Answers,
  answers: Answers,
): FileTest {
  const differences = expected.flatMap((row, image) =>
    Array.from(row, (logit, index) => Math.abs(logit - (answers[image]?.[index] ?? Number.NaN))),
  );
  const sameClass = expected.filter((row, image) => {
    const answer = answers[image];
    return answer !== undefined && largest(row) === largest(answer);
  });
  return {
    name,
    largestDifference: Math.max(...differences),
    tolerance,
    sameClass: sameClass.length,
  };
}

function refuseFarOff(test: FileTest, images: number): void {
  const { name, largestDifference, tolerance, sameClass } = test;
  if (largestDifference <= tolerance) return; // NaN is not
  throw new EngineError(
    'mismatch',
    `Opened again, "${name}" must give the page's own answers to within ${tolerance}; its logits are up to ${largestDifference.toPrecision(2)} off, with the same class for ${sameClass} of ${images} images. It was not saved.`,
  );
}

const largest = (row: Float32Array): number => row.indexOf(Math.max(...row));

/** What stands before the file in a script. */
const BEGINNING = '"model":"';

/** The file that a script holds as base64. */
async function embedded(part: StoredPart): Promise<Uint8Array> {
  const script = await new Blob([part.input]).text();
  const at = script.indexOf(BEGINNING);
  const start = at + BEGINNING.length;
  const end = script.indexOf('"', start);
  if (at >= 0 && end >= 0) return fromBase64(script.slice(start, end));
  throw new EngineError('internal', `"${part.name}" must hold a model to be opened again.`);
}

async function bytesOf({ input }: StoredPart): Promise<Uint8Array<ArrayBuffer>> {
  if (input instanceof Uint8Array) return input;
  return new Uint8Array(await new Blob([input]).arrayBuffer());
}
