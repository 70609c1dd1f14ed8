/** What a race trains: the same images, split and budget for every method, each at its own rate. */
import type { FormValues, MethodInfo, RunClass, RunConfig } from '../protocol.ts';
import { splitProblem, withValidation, type DividedClass } from '../lib/split.ts';

export interface RacedMethod {
  readonly info: MethodInfo;
  readonly options: FormValues;
  /** Every training setting; its learning rate is the method's own. */
  readonly training: FormValues;
}

export interface RacePlan {
  readonly methods: readonly RacedMethod[];
  readonly classes: readonly RunClass[];
  /** Hash of the backbone all of them start from. */
  readonly backbone: string;
  /** Every method runs once with each: 1 … 5 of them. */
  readonly seeds: number;
  /** The first seed also draws the split, which is one for all runs. */
  readonly firstSeed: number;
  readonly validationShare: number;
  /** Looks for each method's learning rate first. */
  readonly tune: boolean;
}

/** The grid of the SAN paper (arXiv 2409.06706). */
const GRID = [5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2];
const MOST_SEEDS = 5;

/** Why the race cannot be run, as a sentence; null where it can. */
export function racePlanProblem(plan: RacePlan): string | null {
  const { methods, seeds, classes, validationShare } = plan;
  const names = new Set(methods.map(({ info }) => info.name));
  if (names.size < 2) return `Choose at least two methods to compare; got ${names.size}.`;
  if (names.size < methods.length) return 'Every method races once; one is there twice.';
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > MOST_SEEDS) {
    return `A race takes 1 … ${MOST_SEEDS} seeds; got ${seeds}.`;
  }
  const problem = splitProblem(classes, validationShare);
  if (problem) return problem.message;
  return plan.tune ? tuningProblem(plan) : null;
}

function tuningProblem(plan: RacePlan): string | null {
  const few = racedClasses(plan).find(({ images }) => images.length < 2);
  if (!few) return null;
  return `To look for learning rates, every class needs two training images; “${few.name}” has ${few.images.length}.`;
}

/** One split for all runs, so that all are judged by the same images in the same order. */
export function racedClasses(plan: RacePlan): DividedClass[] {
  return withValidation(plan.classes, plan.validationShare, plan.firstSeed);
}

/** The training images alone, split once more: no image that judges the race is among them. */
export function tuningClasses(plan: RacePlan): DividedClass[] {
  const training = racedClasses(plan).map(({ name, images }, index) => {
    const groups = plan.classes[index]?.groups;
    return { name, images, ...(groups && { groups }) };
  });
  return withValidation(training, plan.validationShare, plan.firstSeed);
}

export function ownRate({ training }: RacedMethod): number {
  return Number(training['learningRate']);
}

/**
 * Rates to try, smallest first: the paper's grid and the method's own default, so that tuning
 * never takes away what a method has without it. The grid was made for methods that train few
 * parameters; one that wants less, as full fine-tuning may, keeps that through its default.
 */
export function ratesToTry(method: RacedMethod): number[] {
  return [...new Set([...GRID, ownRate(method)])].sort((a, b) => a - b);
}

export function racedConfig(
  plan: RacePlan,
  method: RacedMethod,
  seed: number,
  rate: number,
): RunConfig {
  return configOf(plan, method, racedClasses(plan), { seed, learningRate: rate });
}

/** A short run on the inner split: a third of the epochs, and three where there are so many. */
export function tuningConfig(plan: RacePlan, method: RacedMethod, learningRate: number): RunConfig {
  const whole = Number(method.training['epochs']);
  const epochs = Math.max(Math.min(whole, 3), Math.ceil(whole / 3));
  return configOf(plan, method, tuningClasses(plan), {
    seed: plan.firstSeed,
    learningRate,
    epochs,
  });
}

/** Measuring the four modes takes time that only some methods would spend, so none does. */
function configOf(
  { backbone }: RacePlan,
  { info, options, training }: RacedMethod,
  classes: readonly RunClass[],
  own: FormValues,
): RunConfig {
  const measured: FormValues = 'compareModes' in training ? { compareModes: false } : {};
  return {
    method: info.name,
    methodOptions: options,
    training: { ...training, ...own, ...measured },
    classes,
    backbone,
  };
}
