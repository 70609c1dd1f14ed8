/** What the validation images say of a network while it is trained. */
import type { Evaluation, EvaluationMode, ModeAccuracies } from '../../protocol.ts';
import { AS_TRAINED, type Network } from '../network.ts';
import { evaluate } from './evaluate.ts';
import type { TrainingPlan } from './contract.ts';

export type ValidationPlan = Pick<
  TrainingPlan,
  'network' | 'split' | 'cut' | 'control' | 'loadEvaluation'
>;

/** In which modes a network can be looked at. */
export function modesOf({ method }: Network): EvaluationMode[] {
  return method.info.hasScales ? ['both', 'neuron', 'synapse', 'head'] : ['both'];
}

/** All four ways to look at the scales, on the validation set. */
export async function compareModes(
  plan: ValidationPlan,
  pass?: () => Promise<unknown>,
): Promise<ModeAccuracies | null> {
  if (!plan.network.method.info.hasScales) return null;
  const accuracy = async (mode: keyof ModeAccuracies): Promise<number> =>
    (await evaluateValidation(plan, { mode, strength: 1 }, pass)).accuracy;
  return {
    both: await accuracy('both'),
    neuron: await accuracy('neuron'),
    synapse: await accuracy('synapse'),
    head: await accuracy('head'),
  };
}

export function evaluateValidation(
  plan: ValidationPlan,
  view = AS_TRAINED,
  pass: () => Promise<unknown> = () => plan.control.pass(),
): Promise<Evaluation> {
  return evaluate({
    network: plan.network,
    samples: plan.split.validation,
    batchSize: plan.cut.atATime,
    view,
    load: plan.loadEvaluation,
    pass,
  });
}

export function isBetter(now: Evaluation, best: Evaluation | undefined): boolean {
  if (!Number.isFinite(now.loss)) return false;
  if (!best || now.accuracy > best.accuracy) return true;
  return now.accuracy === best.accuracy && now.loss < best.loss;
}
