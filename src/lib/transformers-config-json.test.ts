import { expect, test } from 'vitest';
import { parseModelConfig, preprocessingOf, type InputPreparation } from './model-config.ts';
import { preprocessorConfigJson, transformersConfigJson } from './transformers-config-json.ts';

const plain: InputPreparation = {
  size: 128,
  mean: [0.5, 0.4, 0.3],
  std: [0.2, 0.25, 0.3],
  interpolation: 'bicubic',
  cropShare: 1,
  cropMode: 'squash',
};

test.each<InputPreparation>([
  plain,
  { ...plain, interpolation: 'bilinear' },
  { ...plain, size: 224, cropShare: 0.875, cropMode: 'center' },
  { ...plain, cropMode: 'center' },
  { ...plain, size: 224, cropShare: 0.875 },
])('%o is read back as it was', (preparation) => {
  const config = parseModelConfig(preprocessorConfigJson(preparation));
  expect(preprocessingOf(config, preparation.size)).toEqual(preparation);
});

test('classes keep their order, and what the network is is told', () => {
  const classes = ['oak', 'ash', 'größer "x"'];
  const text = transformersConfigJson({
    modelType: 'vit',
    architecture: 'ViTForImageClassification',
    config: { image_size: 32, num_attention_heads: 3, layer_norm_eps: 1e-6 },
    classes,
  });
  expect(parseModelConfig(text)).toMatchObject({
    labelNames: classes,
    inputSize: 32,
    normEpsilon: 1e-6,
  });
  expect(JSON.parse(text)).toMatchObject({ label2id: { oak: 0, ash: 1 } });
});
