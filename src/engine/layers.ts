/** The layers a backbone calls, with what a method puts around each. */
import type { Value } from './autograd.ts';
import type { AdaptedBackbone } from './adapted-network.ts';
import type { Backbone, Layers, Site } from './backbones/contract.ts';
import { EngineError } from './errors.ts';
import { changeChannels, type ChannelChange } from './ops/channels.ts';
import { convNorm, type BatchNorm } from './ops/conv-norm.ts';
import { depthwiseConv } from './ops/depthwise-conv.ts';
import { layerNorm } from './ops/layer-norm.ts';
import { linear, type Adaptation } from './ops/linear.ts';
import { patchify } from './ops/patchify.ts';
import { patches } from './ops/tokens.ts';
import type { Param, ParamSet } from './params.ts';
import type { AdaptContext, AdaptedSite, PeftMethod } from './peft/contract.ts';

interface NetworkParts {
  readonly backbone: Backbone;
  readonly adapted: AdaptedBackbone;
  readonly method: PeftMethod;
  readonly context: AdaptContext;
  readonly params: ParamSet;
}

export function layersOf({ backbone, adapted, method, context, params }: NetworkParts): Layers {
  const at = (name: string): { site: Site; adaptation: Adaptation } => {
    const place = adapted.place(name);
    const adaptation = place.adapted ? adaptationOf(method, place.adapted, context) : {};
    return { site: place.site, adaptation };
  };
  const layer = (name: string, x: Value, adaptation: Adaptation): Value =>
    linear(x, params.get(`${name}.weight`), params.find(`${name}.bias`), adaptation);
  return {
    linear: (name, x) => {
      const { site, adaptation } = at(name);
      return layer(site.layer, x, adaptation);
    },
    patchEmbed: (name, images, side) => {
      const { site, adaptation } = at(name);
      return layer(site.layer, patches(images, side), adaptation);
    },
    patchConv: (name, x) => {
      const { site, adaptation } = at(name);
      const { scaleIn, ...rest } = adaptation;
      // A patch holds every channel many times, so the channels are scaled before they are cut.
      const scaled = changeChannels(x, { scaleOut: scaleIn });
      return layer(site.layer, patchify(scaled, site.kernel), rest);
    },
    convNorm: (name, x, geometry) => {
      const { site, adaptation } = at(name);
      const kernel = params.get(`${site.layer}.weight`);
      return convNorm(x, kernel, batchNorm(backbone, params, site), geometry, adaptation);
    },
    depthwise: (name, x) => {
      const { site, adaptation } = at(name);
      const { lowRank, ...rest } = adaptation;
      if (lowRank) {
        throw new EngineError('internal', `"${name}" is depthwise and has no low-rank update.`);
      }
      const kernel = params.get(`${site.layer}.weight`);
      return depthwiseConv(x, kernel, params.get(`${site.layer}.bias`), rest);
    },
    norm: (name, x) => {
      const weight = params.get(`${name}.weight`).value;
      const bias = params.get(`${name}.bias`).value;
      const plain = layerNorm(x, weight, bias, backbone.normEpsilon);
      return adapted.includes(name)
        ? changeChannels(plain, normChangeOf(method, name, context))
        : plain;
    },
    head: (name, x) => layer(name, x, {}),
    tokens: (block, x) => {
      const own = block - adapted.skipped;
      return own < 0 ? x : (method.tokens?.(own, x, context) ?? x);
    },
    beside: (mlp, x, y) => (adapted.includes(mlp) ? (method.beside?.(mlp, x, y, context) ?? y) : y),
    value: (name) => params.get(name).value,
  };
}

/** What the method puts around one site. */
export function adaptationOf(
  method: PeftMethod,
  site: AdaptedSite,
  context: AdaptContext,
): Adaptation {
  return method.adapt?.(site, context) ?? {};
}

/** What the method puts behind one layer norm. */
export function normChangeOf(
  method: PeftMethod,
  norm: string,
  context: AdaptContext,
): ChannelChange {
  return method.adaptNorm?.(norm, context) ?? {};
}

function batchNorm(backbone: Backbone, params: ParamSet, site: Site): BatchNorm {
  const param = (part: string): Param => params.get(`${site.norm ?? ''}.${part}`);
  return {
    weight: param('weight'),
    bias: param('bias'),
    mean: param('running_mean'),
    variance: param('running_var'),
    epsilon: backbone.normEpsilon,
  };
}
