import { expect, test } from 'vitest';
import { sourceOfFiles } from './source-of-files.ts';

const file = (name: string) => new File(['x'], name);

test('weights come with the config that lies beside them', () => {
  const [config, weights] = [file('vit.config.json'), file('ViT.SafeTensors')];
  expect(sourceOfFiles([config, weights])).toEqual({
    kind: 'file',
    name: 'ViT.SafeTensors',
    weights,
    config,
    preprocessor: null,
  });
  expect(sourceOfFiles([weights])).toMatchObject({ config: null });
});

test('Transformers’ second file comes along, whatever the order', () => {
  const weights = file('model.safetensors');
  const config = file('config.json');
  const preprocessor = file('preprocessor_config.json');
  expect(sourceOfFiles([preprocessor, weights, config])).toMatchObject({ config, preprocessor });
  expect(sourceOfFiles([weights, preprocessor])).toMatchObject({
    config: preprocessor,
    preprocessor: null,
  });
});

test('anything else is refused with what came', () => {
  expect(sourceOfFiles([file('a.png')])).toBe('A backbone is a .safetensors file; got “a.png”.');
  expect(sourceOfFiles([])).toContain('got nothing');
  expect(sourceOfFiles([file('a.safetensors'), file('b.safetensors')])).toContain('got 2');
});
