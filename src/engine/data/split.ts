import { splitProblem, splitSamples, type Split, type SplitClass } from '../../lib/split.ts';
import { EngineError } from '../errors.ts';

export type { Sample, Split } from '../../lib/split.ts';

/**
 * Holds back `share` of every class, or the images the classes name themselves.
 * @throws EngineError "bad-dataset" or "bad-setting"
 */
export function splitClasses(classes: readonly SplitClass[], share: number, seed: number): Split {
  const problem = splitProblem(classes, share);
  if (problem) throw new EngineError(problem.code, problem.message);
  return splitSamples(classes, share, seed);
}
