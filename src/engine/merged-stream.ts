/** A network's tensors with its method folded in, a layer at a time. */
import type { TensorStream } from '../lib/safetensors-stream.ts';
import type { AdaptedBackbone } from './adapted-network.ts';
import { adaptationOf, normChangeOf } from './layers.ts';
import { foldNorm, foldSite, namesOfSite } from './merge.ts';
import type { ParamSet } from './params.ts';
import type { AdaptContext, PeftMethod } from './peft/contract.ts';

export interface MergePlan {
  readonly network: AdaptedBackbone;
  readonly method: PeftMethod;
  readonly context: AdaptContext;
  readonly params: ParamSet;
  /** Of all tensors that are wanted. */
  readonly names: readonly string[];
}

/** Nothing is read before it is asked for; the params must live until then. */
export function mergedStream(plan: MergePlan): TensorStream {
  const { network, method, context, params, names } = plan;
  const folds = [
    ...network.sites.map((site) => ({
      names: namesOfSite(site, params),
      run: () => foldSite(site, params, () => adaptationOf(method, site, context)),
    })),
    ...network.norms.map((norm) => ({
      names: [`${norm.name}.weight`, `${norm.name}.bias`],
      run: () => foldNorm(norm, params, () => normChangeOf(method, norm.name, context)),
    })),
  ];
  const folded = new Set(folds.flatMap((fold) => fold.names));
  const plain = names.filter((name) => !folded.has(name));
  return {
    shapes: [...folded, ...plain].map((name) => [name, params.get(name).shape] as const),
    async *tensors() {
      for (const { run } of folds) yield* await run();
      for (const name of plain) yield [name, await params.get(name).read()] as const;
    },
  };
}
