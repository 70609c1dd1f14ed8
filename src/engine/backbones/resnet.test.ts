import { describe, expect, it } from 'vitest';
import { parseModelConfig } from '../../lib/model-config.ts';
import { resnetShapes, type NamedShapes } from '../../testing/timm-shapes.ts';
import type { Backbone } from './contract.ts';
import { inferBackbone } from './registry.ts';

function infer(shapes: NamedShapes, said: object | null = null): Backbone {
  const config = said && parseModelConfig(JSON.stringify(said));
  return inferBackbone(new Map(Object.entries(shapes)), config);
}

const basic = { layers: [2, 2, 2, 2], bottleneck: false };
const bottleneck = { layers: [3, 4, 6, 3], bottleneck: true };

describe('a residual network is read as timm built it', () => {
  it.each([
    ['ResNet-18', resnetShapes(basic), 'resnet18', {}],
    ['ResNet-50', resnetShapes(bottleneck), 'resnet50', {}],
    [
      'ResNet-18-D',
      resnetShapes({ ...basic, deepStem: [32, 32, 64], averageDown: true }),
      'resnet18',
      { stem_type: 'deep', stem_width: 32, avg_down: true },
    ],
    [
      'ResNet-50-D',
      resnetShapes({ ...bottleneck, deepStem: [32, 32, 64], averageDown: true }),
      'resnet50',
      { stem_type: 'deep', stem_width: 32, avg_down: true },
    ],
    [
      'ResNet-50-T',
      resnetShapes({ ...bottleneck, deepStem: [24, 32, 64], averageDown: true }),
      'resnet50',
      { stem_type: 'deep_tiered', stem_width: 32, avg_down: true },
    ],
    [
      'ResNet-50-C',
      resnetShapes({ ...bottleneck, deepStem: [64, 64, 128] }),
      'resnet50',
      { stem_type: 'deep', stem_width: 64 },
    ],
    ['ResNet-50', resnetShapes({ ...bottleneck, baseWidth: 128 }), 'resnet50', { base_width: 128 }],
  ])('%s', (label, shapes, architecture, expected) => {
    const backbone = infer(shapes);
    const layers = architecture === 'resnet18' ? basic.layers : bottleneck.layers;
    expect(backbone.modelArgs).toEqual({ layers, channels: [64, 128, 256, 512], ...expected });
    expect(backbone).toMatchObject({ label, architecture, heads: ['fc'] });
  });
});

it('carries scales through a deep stem, one convolution to the next', () => {
  const { sites, firstConv } = infer(
    resnetShapes({ ...basic, deepStem: [32, 32, 64], averageDown: true }),
  );
  const reads = Object.fromEntries(sites.map(({ name, presynaptic }) => [name, presynaptic]));
  expect(firstConv).toBe('conv1.0');
  expect(reads).toMatchObject({
    'conv1.0': null,
    'conv1.3': 'conv1.0',
    'conv1.6': 'conv1.3',
    'layer1.0.conv1': 'conv1.6',
    'layer2.0.conv1': 'layer1.1.conv2',
    'layer2.0.downsample.1': 'layer1.1.conv2',
  });
  const norms = Object.fromEntries(sites.map(({ name, norm }) => [name, norm]));
  expect(norms).toMatchObject({
    'conv1.3': 'conv1.4',
    'conv1.6': 'bn1',
    'layer2.0.downsample.1': 'layer2.0.downsample.2',
  });
});

const without = (shapes: NamedShapes, left: string): NamedShapes =>
  Object.fromEntries(Object.entries(shapes).filter(([name]) => name !== left));

describe('what is not supported is refused by its name', () => {
  const usual = resnetShapes(basic);
  it.each([
    ['layer1.0.se.fc1.weight', /attention over channels/],
    ['layer1.0.conv2.fc1.weight', /split or selective kernels/],
    ['layer1.0.aa.weight', /anti-aliasing/],
    ['maxpool.0.weight', /a stem that pools with a convolution/],
    ['layer5.0.conv1.weight', /not supported yet: "layer5.0.conv1.weight"/],
  ])('%s', (stranger, sentence) => {
    expect(() => infer({ ...usual, [stranger]: [8] })).toThrow(sentence);
  });

  it('grouped convolutions', () => {
    const resnext = resnetShapes({ ...bottleneck, groups: 32, baseWidth: 4 });
    expect(() => infer(resnext)).toThrow(
      /Grouped convolutions \(ResNeXt\) .* "layer1.0.conv2" reads 4 of 128 channels/,
    );
  });

  it('norms without statistics', () => {
    expect(() => infer(without(usual, 'bn1.running_mean'))).toThrow(
      /needs the tensor "bn1.running_mean"/,
    );
  });

  it.each([
    [{ architecture: 'resnetaa50d' }, /anti-aliasing \(config.json says "resnetaa50d"\)/],
    [{ architecture: 'resnetblur50' }, /anti-aliasing/],
    [
      { architecture: 'resnet18', model_args: { output_stride: 8 } },
      /"output_stride" .* must be 32/,
    ],
    [{ architecture: 'resnet18', global_pool: 'catavgmax' }, /"global_pool" .* must be "avg"/],
  ])('%j in config.json', (said, sentence) => {
    expect(() => infer(usual, said)).toThrow(sentence);
  });
});
