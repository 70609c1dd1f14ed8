/** Which images are learned from and which are kept aside to judge by. */
import { createRng } from './rng.ts';

/** A class with its images by number. */
export interface SplitClass {
  readonly name: string;
  readonly images: readonly number[];
  /** Images of which each looks almost like another of its group: they go to one side together. */
  readonly groups?: readonly (readonly number[])[];
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

/** A class with its two sides. */
export type DividedClass = Required<Omit<SplitClass, 'groups'>>;

/**
 * Splits every class by itself: `share` of its images, at least one and never all, are
 * held back for validation. Deterministic for a seed; what other classes hold plays no
 * part. A group of images that look alike goes to one side as a whole; the share then is as
 * near below the one asked for as the groups allow. Explicit `validation` lists are taken as they
 * are. For classes that have no `splitProblem`.
 */
export function withValidation(
  classes: readonly SplitClass[],
  share: number,
  seed: number,
): DividedClass[] {
  return classes.map((entry) => {
    const { name, images, validation } = entry;
    if (validation) return { name, images: [...images], validation: [...validation] };
    const units = unitsOf(entry);
    const shuffled = createRng(seed, 'split').fork(name).shuffle(units);
    const held = Math.min(Math.max(Math.round(images.length * share), 1), images.length - 1);
    const [only] = shuffled;
    if (only && shuffled.length === 1) return divided(name, only, held);
    const validating = unitsToHold(shuffled, held);
    const side = (of: boolean): number[] =>
      shuffled.filter((unit) => validating.has(unit) === of).flat();
    return { name, images: side(false), validation: side(true) };
  });
}

type Unit = readonly number[];

/** What stays together, in the order of the numbers: these count up over all classes. */
function unitsOf({ images, groups = [] }: SplitClass): Unit[] {
  const here = new Set(images);
  const inOrder = (unit: Unit): number[] => [...unit].sort((a, b) => a - b);
  const grouped = groups.map((group) => inOrder(group.filter((image) => here.has(image))));
  const together = new Set(grouped.flat());
  const alone = images.filter((image) => !together.has(image)).map((image) => [image]);
  const units = [...grouped.filter((unit) => unit.length > 0), ...alone];
  return units.sort(([a = 0], [b = 0]) => a - b);
}

/** Units of `count` images together at most; the smallest where none is small enough. */
function unitsToHold(units: readonly Unit[], count: number): ReadonlySet<Unit> {
  const held = new Set<Unit>();
  let room = count;
  for (const unit of units) {
    if (unit.length > room) continue;
    held.add(unit);
    room -= unit.length;
  }
  const smallest = units.reduce((least, unit) => (unit.length < least.length ? unit : least));
  return held.size > 0 ? held : new Set([smallest]);
}

/** Images that all look alike: the last ones of a burst are least like its first. */
function divided(name: string, images: Unit, held: number): DividedClass {
  return { name, images: images.slice(0, -held), validation: images.slice(-held) };
}

/** The same split as labelled samples, class after class. */
export function splitSamples(classes: readonly SplitClass[], share: number, seed: number): Split {
  const split = withValidation(classes, share, seed);
  const samples = (part: 'images' | 'validation'): Sample[] =>
    split.flatMap((entry, label) => entry[part].map((image) => ({ image, label })));
  return { train: samples('images'), validation: samples('validation') };
}
