import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelConfigJson } from './model-config-json.ts';
import { parseModelConfig, preprocessingOf } from './model-config.ts';

describe('parseModelConfig', () => {
  it('reads the config of a bundled model', () => {
    const text = readFileSync('models/vit_tiny6_patch16_128/config.json', 'utf8');
    expect(parseModelConfig(text)).toEqual({
      architecture: 'vit_tiny_patch16_224',
      modelArgs: { img_size: 128, depth: 6 },
      numClasses: 0,
      globalPool: 'token',
      inputSize: 128,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      interpolation: 'bicubic',
      cropPct: 1,
      cropMode: 'squash',
      labelNames: null,
      normEpsilon: null,
      transformers: null,
    });
  });

  it('reads the older flat form', () => {
    const config = parseModelConfig(
      '{"architecture": "resnet18", "input_size": [3, 96, 96], "mean": [0.5], "num_classes": 2}',
    );
    expect(config).toMatchObject({
      architecture: 'resnet18',
      inputSize: 96,
      mean: [0.5, 0.5, 0.5],
      numClasses: 2,
    });
  });

  it('shows descriptions where names are codes', () => {
    const config = parseModelConfig(
      JSON.stringify({
        num_classes: 2,
        label_names: ['n01', 'n02'],
        label_descriptions: { n01: 'tench', n02: 'goldfish' },
      }),
    );
    expect(config.labelNames).toEqual(['tench', 'goldfish']);
  });

  it('reads id2label, and ignores the names nobody gave', () => {
    const named = { id2label: { 0: 'oak', 1: 'elm' } };
    expect(parseModelConfig(JSON.stringify(named)).labelNames).toEqual(['oak', 'elm']);
    const unnamed = { id2label: { 0: 'LABEL_0', 1: 'LABEL_1' } };
    expect(parseModelConfig(JSON.stringify(unnamed)).labelNames).toBeNull();
  });

  it('leaves out names that are not one for each output', () => {
    const config = { num_classes: 3, label_names: ['oak', 'elm'] };
    expect(parseModelConfig(JSON.stringify(config)).labelNames).toBeNull();
  });

  it.each(['', '{', '[]', 'null', '7'])('refuses %j', (text) => {
    expect(() => parseModelConfig(text)).toThrow(/The model config must/);
  });

  it('takes any JSON object and lets nothing unusable through', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('mean', 'std', 'crop_pct', 'input_size', 'label_names', 'pretrained_cfg'),
          fc.jsonValue(),
        ),
        (object) => {
          const { size, mean, std, cropShare } = preprocessingOf(
            parseModelConfig(JSON.stringify(object)),
            64,
          );
          expect(size).toBe(64);
          expect(mean.every(Number.isFinite)).toBe(true);
          expect(std.every((deviation) => deviation > 0)).toBe(true);
          expect(cropShare > 0 && cropShare <= 1).toBe(true);
        },
      ),
    );
  });
});

describe('preprocessingOf', () => {
  it("takes timm's defaults where there is no config", () => {
    expect(preprocessingOf(null, 224)).toEqual({
      size: 224,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      interpolation: 'bicubic',
      cropShare: 0.875,
      cropMode: 'center',
    });
  });
});

describe('modelConfigJson', () => {
  it('is read back as it was meant', () => {
    const preprocessing = preprocessingOf(null, 160);
    const text = modelConfigJson({
      architecture: 'resnet18',
      modelArgs: { layers: [1, 1, 1, 1] },
      numFeatures: 256,
      globalPool: 'avg',
      classes: ['clean', 'scratch'],
      preprocessing,
      classifiers: ['fc'],
      firstConv: 'conv1',
      normEpsilon: 1e-12,
    });
    const config = parseModelConfig(text);
    expect(config).toMatchObject({
      architecture: 'resnet18',
      modelArgs: { layers: [1, 1, 1, 1] },
      numClasses: 2,
      globalPool: 'avg',
      inputSize: 160,
      labelNames: ['clean', 'scratch'],
      normEpsilon: 1e-12,
      transformers: null,
    });
    expect(preprocessingOf(config, 160)).toEqual(preprocessing);
  });
});
