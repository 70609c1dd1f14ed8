import { describe, expect, it } from 'vitest';
import { parseCall } from './arguments.ts';
import { UsageError } from './usage.ts';

const parse = (line: string) => parseCall(line.split(' ').filter((word) => word !== ''));

describe('finetune', () => {
  it('reads every option', () => {
    expect(
      parse(
        'finetune --data leaves --model resnet10_128 --method linear --epochs 3 --batch 8 --lr 0.01 --seed 7 ' +
          '--set shift=on --val 0.3 --max-per-class 5 --out took --backend wasm --json',
      ),
    ).toEqual({
      command: 'finetune',
      data: 'leaves',
      model: 'resnet10_128',
      method: 'linear',
      settings: new Map([
        ['epochs', '3'],
        ['batchSize', '8'],
        ['learningRate', '0.01'],
        ['seed', '7'],
        ['shift', 'on'],
      ]),
      validation: { kind: 'share', share: 0.3 },
      maxPerClass: 5,
      out: 'took',
      backend: 'wasm',
      json: true,
    });
  });

  it('leaves to the product what is not said', () => {
    expect(parse('finetune --data leaves --model m')).toEqual({
      command: 'finetune',
      data: 'leaves',
      model: 'm',
      method: 'san',
      settings: new Map(),
      validation: null,
      maxPerClass: Infinity,
      out: null,
      backend: 'auto',
      json: false,
    });
  });

  it('takes a validation folder, and values that hold an equals sign', () => {
    expect(parse('finetune --data d --model m --val held --set note=a=b')).toMatchObject({
      validation: { kind: 'folder', folder: 'held' },
      settings: new Map([['note', 'a=b']]),
    });
  });
});

describe('compare', () => {
  it('reads its methods, seeds and the options of a training', () => {
    expect(
      parse(
        'compare --data demo:leaf-shapes --model m --methods san,lora --seeds 2 --tune --epochs 3 --seed 7 --val held --json',
      ),
    ).toEqual({
      command: 'compare',
      data: 'demo:leaf-shapes',
      model: 'm',
      methods: ['san', 'lora'],
      seeds: 2,
      tune: true,
      settings: new Map([
        ['epochs', '3'],
        ['seed', '7'],
      ]),
      validation: { kind: 'folder', folder: 'held' },
      maxPerClass: Infinity,
      backend: 'auto',
      json: true,
    });
  });

  it('takes three seeds and each method’s own rate where nothing else is said', () => {
    const call = parse('compare --data d --model m --methods san,lora');
    expect(call).toMatchObject({ seeds: 3, tune: false, settings: new Map() });
  });
});

it('reads predict', () => {
  expect(parse('predict --model out --adapter a.safetensors --data photos')).toEqual({
    command: 'predict',
    model: 'out',
    adapter: 'a.safetensors',
    data: 'photos',
    backend: 'auto',
    json: false,
  });
});

it('reads export', () => {
  expect(parse('export --run out --format onnx --out there')).toEqual({
    command: 'export',
    run: 'out',
    format: 'onnx',
    out: 'there',
    model: null,
    data: null,
    backend: 'auto',
    json: false,
  });
  expect(
    parse('export --run out --format onnx --out there --data leaves --model m.safetensors --json'),
  ).toMatchObject({ data: 'leaves', model: 'm.safetensors', json: true });
});

it('reads check-goldens', () => {
  expect(parse('check-goldens goldens --methods san,linear --backend webgpu --json')).toEqual({
    command: 'check-goldens',
    folder: 'goldens',
    methods: ['san', 'linear'],
    backend: 'webgpu',
    json: true,
  });
});

it.each([
  ['', 'A command is needed.'],
  ['train', 'got "train"'],
  ['finetune --model m', '--data is needed'],
  ['finetune --data d', '--model is needed'],
  ['finetune --data d --model m --colour red', '--colour'],
  ['finetune --data d --model m --val 1.5', '--val must be'],
  ['finetune --data d --model m --val 0', '--val must be'],
  ['finetune --data d --model m --max-per-class 0', '--max-per-class must be'],
  ['finetune --data d --model m --set epochs', '--set takes NAME=VALUE'],
  ['finetune --data d --model m --backend cuda', '--backend must be webgpu or wasm; got "cuda"'],
  ['finetune --data d --model m stray', 'stray'],
  ['compare --data d --model m', '--methods is needed'],
  [
    'compare --data d --model m --methods san',
    '--methods takes at least two, each once; got "san"',
  ],
  ['compare --data d --model m --methods san,san', 'got "san,san"'],
  ['compare --data d --model m --methods san,lora --seeds 6', '--seeds must be'],
  ['compare --data d --model m --methods san,lora --tune --lr 0.1', '--tune looks for'],
  ['export --run out --out there', '--format is needed'],
  ['export --format onnx --out there', '--run is needed'],
  ['check-goldens', 'takes one folder; got 0'],
  ['check-goldens a b', 'takes one folder; got 2'],
  ['check-goldens a --methods ,', '--methods needs'],
])('"%s" is a wrong call: %s', (line, message) => {
  expect(() => parse(line)).toThrow(UsageError);
  expect(() => parse(line)).toThrow(message);
});
