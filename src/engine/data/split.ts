import type { ImageId, RunClass } from '../../protocol.ts';
import { createRng } from '../../lib/rng.ts';
import { EngineError } from '../errors.ts';

export interface Sample {
  readonly image: ImageId;
  /** Index of the image's class. */
  readonly label: number;
}

export interface Split {
  readonly train: readonly Sample[];
  readonly validation: readonly Sample[];
}

function checkNames(classes: readonly RunClass[]): void {
  if (classes.length < 2) {
    throw new EngineError(
      'bad-dataset',
      `Training needs at least two classes; got ${classes.length}.`,
    );
  }
  const names = new Set<string>();
  for (const { name } of classes) {
    if (names.has(name)) {
      throw new EngineError('bad-dataset', `Class names must differ; “${name}” is there twice.`);
    }
    names.add(name);
  }
}

/** An image with two labels, or in both parts, would make the accuracy mean nothing. */
function checkOnce(classes: readonly RunClass[]): void {
  const owners = new Map<ImageId, string>();
  for (const { name, images, validation = [] } of classes) {
    for (const image of [...images, ...validation]) {
      const owner = owners.get(image);
      if (owner === name) {
        throw new EngineError('bad-dataset', `Image ${image} is in class “${name}” twice.`);
      }
      if (owner !== undefined) {
        const message = `An image has one class; image ${image} is in “${owner}” and in “${name}”.`;
        throw new EngineError('bad-dataset', message);
      }
      owners.set(image, name);
    }
  }
}

function checkCounts(classes: readonly RunClass[]): void {
  const given = classes.some(({ validation }) => validation !== undefined);
  for (const { name, images, validation } of classes) {
    if (given && validation === undefined) {
      const message = `Validation images must be given for every class or for none; “${name}” has none.`;
      throw new EngineError('bad-dataset', message);
    }
    if (validation && (images.length < 1 || validation.length < 1)) {
      const message = `Class “${name}” needs at least one training and one validation image; it has ${images.length} and ${validation.length}.`;
      throw new EngineError('bad-dataset', message);
    }
    if (!validation && images.length < 2) {
      const message = `Class “${name}” needs at least two images, one to train on and one to validate with; it has ${images.length}.`;
      throw new EngineError('bad-dataset', message);
    }
  }
}

function splitClass(
  { name, images, validation }: RunClass,
  share: number,
  seed: number,
): readonly [ImageId[], ImageId[]] {
  if (validation) return [[...images], [...validation]];
  // Ids count up over all classes, so only their order within the class may matter.
  const ordered = [...images].sort((a, b) => a - b);
  const shuffled = createRng(seed, 'split').fork(name).shuffle(ordered);
  const held = Math.min(Math.max(Math.round(images.length * share), 1), images.length - 1);
  return [shuffled.slice(held), shuffled.slice(0, held)];
}

/**
 * Splits every class by itself: `share` of its images, at least one and never all, are
 * held back for validation. Deterministic for a seed; what other classes hold plays no
 * part. Explicit `validation` lists are taken as they are.
 * @throws EngineError "bad-dataset" or "bad-setting"
 */
export function splitClasses(classes: readonly RunClass[], share: number, seed: number): Split {
  if (!(share > 0 && share < 1)) {
    throw new EngineError(
      'bad-setting',
      `The validation share must be between 0 and 1; got ${share}.`,
    );
  }
  checkNames(classes);
  checkCounts(classes);
  checkOnce(classes);
  const train: Sample[] = [];
  const validation: Sample[] = [];
  classes.forEach((entry, label) => {
    const [kept, held] = splitClass(entry, share, seed);
    train.push(...kept.map((image) => ({ image, label })));
    validation.push(...held.map((image) => ({ image, label })));
  });
  return { train, validation };
}
