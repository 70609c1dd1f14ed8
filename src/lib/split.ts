/** Which images are learned from and which are kept aside to judge by. */
import { createRng } from './rng.ts';

/** A class with its images by number. */
export interface SplitClass {
  readonly name: string;
  readonly images: readonly number[];
  /** Given for every class or for none; where given, nothing is split off. */
  readonly validation?: readonly number[];
}

export interface Sample {
  readonly image: number;
  /** Index of the image's class. */
  readonly label: number;
}

export interface Split {
  readonly train: readonly Sample[];
  readonly validation: readonly Sample[];
}

export interface SplitProblem {
  readonly code: 'bad-dataset' | 'bad-setting';
  /** A sentence: the rule and the value received. */
  readonly message: string;
}

/** Why these classes cannot be split; null where they can. `share` must lie between 0 and 1. */
export function splitProblem(classes: readonly SplitClass[], share: number): SplitProblem | null {
  if (!(share > 0 && share < 1)) {
    const message = `The validation share must be between 0 and 1; got ${share}.`;
    return { code: 'bad-setting', message };
  }
  const message = nameProblem(classes) ?? countProblem(classes) ?? ownerProblem(classes);
  return message === null ? null : { code: 'bad-dataset', message };
}

function nameProblem(classes: readonly SplitClass[]): string | null {
  if (classes.length < 2) return `Training needs at least two classes; got ${classes.length}.`;
  const names = new Set<string>();
  for (const { name } of classes) {
    if (names.has(name)) return `Class names must differ; “${name}” is there twice.`;
    names.add(name);
  }
  return null;
}

/** An image with two labels, or in both parts, would make the accuracy mean nothing. */
function ownerProblem(classes: readonly SplitClass[]): string | null {
  const owners = new Map<number, string>();
  for (const { name, images, validation = [] } of classes) {
    for (const image of [...images, ...validation]) {
      const owner = owners.get(image);
      if (owner === name) return `Image ${image} is in class “${name}” twice.`;
      if (owner !== undefined) {
        return `An image has one class; image ${image} is in “${owner}” and in “${name}”.`;
      }
      owners.set(image, name);
    }
  }
  return null;
}

function countProblem(classes: readonly SplitClass[]): string | null {
  const given = classes.some(({ validation }) => validation !== undefined);
  for (const { name, images, validation } of classes) {
    if (given && validation === undefined) {
      return `Validation images must be given for every class or for none; “${name}” has none.`;
    }
    if (validation && (images.length < 1 || validation.length < 1)) {
      return `Class “${name}” needs at least one training and one validation image; it has ${images.length} and ${validation.length}.`;
    }
    if (!validation && images.length < 2) {
      return `Class “${name}” needs at least two images, one to train on and one to validate with; it has ${images.length}.`;
    }
  }
  return null;
}

/**
 * Splits every class by itself: `share` of its images, at least one and never all, are
 * held back for validation. Deterministic for a seed; what other classes hold plays no
 * part. Explicit `validation` lists are taken as they are. For classes that have no
 * `splitProblem`.
 */
export function withValidation(
  classes: readonly SplitClass[],
  share: number,
  seed: number,
): Required<SplitClass>[] {
  return classes.map(({ name, images, validation }) => {
    if (validation) return { name, images: [...images], validation: [...validation] };
    // Numbers count up over all classes, so only their order within the class may matter.
    const ordered = [...images].sort((a, b) => a - b);
    const shuffled = createRng(seed, 'split').fork(name).shuffle(ordered);
    const held = Math.min(Math.max(Math.round(images.length * share), 1), images.length - 1);
    return { name, images: shuffled.slice(held), validation: shuffled.slice(0, held) };
  });
}

/** The same split as labelled samples, class after class. */
export function splitSamples(classes: readonly SplitClass[], share: number, seed: number): Split {
  const split = withValidation(classes, share, seed);
  const samples = (part: 'images' | 'validation'): Sample[] =>
    split.flatMap((entry, label) => entry[part].map((image) => ({ image, label })));
  return { train: samples('images'), validation: samples('validation') };
}
