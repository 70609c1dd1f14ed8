import type { Backbone, Site } from './backbones/contract.ts';
import { EngineError } from './errors.ts';
import type { AdaptedNetwork, AdaptedSite } from './peft/contract.ts';

type SiteOfBoth = Site & AdaptedSite;

export interface AdaptedBackbone extends AdaptedNetwork {
  readonly sites: readonly SiteOfBoth[];
  /** One of the backbone's sites, and what its method sees there; null where it may not act. */
  readonly place: (site: string) => { readonly site: Site; readonly adapted: SiteOfBoth | null };
  /** Blocks in front of the first that is adapted. */
  readonly skipped: number;
  /** Whether the method may act on a layer, or train a tensor, of this name. */
  readonly includes: (name: string) => boolean;
}

/**
 * A backbone's parts with what methods must know of them; with `lastBlocks` only those from that
 * many blocks before the end on, 0 for all.
 */
export function adaptedNetwork(backbone: Backbone, lastBlocks = 0): AdaptedBackbone {
  const { sites, norms, mlps, tokens, params } = backbone;
  const names = new Set(params.map((param) => param.name));
  const { skipped, includes } = lastPart(backbone, lastBlocks);
  const seen = sites.filter((site) => includes(site.layer));
  const isSeen = new Set(seen.map((site) => site.name));
  const within = (name: string | null): string | null =>
    name !== null && isSeen.has(name) ? name : null;
  const adapted = seen.map((site): SiteOfBoth => ({
    ...site,
    presynaptic: within(site.presynaptic),
    presynapticResized: within(site.presynapticResized),
    offset: names.has(`${site.norm ?? site.layer}.bias`),
  }));
  const [all, ofMethod] = [byName(sites), byName(adapted)];
  return {
    place: (name) => {
      const site = all.get(name);
      if (!site) throw new EngineError('internal', `The backbone has no site named "${name}".`);
      return { site, adapted: ofMethod.get(name) ?? null };
    },
    norms: norms.filter((norm) => includes(norm.name)),
    mlps: mlps.filter((mlp) => includes(mlp.name)),
    tokens: tokens && { ...tokens, blocks: tokens.blocks - skipped },
    sites: adapted,
    skipped,
    includes,
  };
}

function byName<T extends { readonly name: string }>(list: readonly T[]): Map<string, T> {
  return new Map(list.map((each) => [each.name, each]));
}

function lastPart(
  { stretches }: Backbone,
  lastBlocks: number,
): Pick<AdaptedBackbone, 'skipped' | 'includes'> {
  const blocks = stretches.filter((stretch) => stretch.isBlock);
  const first = blocks.at(-lastBlocks);
  if (lastBlocks === 0 || lastBlocks >= blocks.length || !first) {
    return { skipped: 0, includes: () => true };
  }
  const held = new Set(stretches.slice(stretches.indexOf(first)).flatMap(({ holds }) => holds));
  return { skipped: blocks.indexOf(first), includes: (name) => isWithin(name, held) };
}

/** Whether one of the names is this one, or the beginning of it before a dot. */
function isWithin(name: string, held: ReadonlySet<string>): boolean {
  if (held.has(name)) return true;
  const dot = name.lastIndexOf('.');
  return dot > 0 && isWithin(name.slice(0, dot), held);
}
