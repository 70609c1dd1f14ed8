import type { Backbone, Site } from './backbones/contract.ts';
import type { AdaptedNetwork, AdaptedSite } from './peft/contract.ts';

export interface AdaptedBackbone extends AdaptedNetwork {
  readonly sites: readonly (Site & AdaptedSite)[];
}

/** A backbone's parts with what methods must know of them. */
export function adaptedNetwork({ sites, norms, mlps, tokens, params }: Backbone): AdaptedBackbone {
  const names = new Set(params.map((param) => param.name));
  return {
    norms,
    mlps,
    tokens,
    sites: sites.map((site) => ({
      ...site,
      offset: names.has(`${site.norm ?? site.layer}.bias`),
    })),
  };
}
