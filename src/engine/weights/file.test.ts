import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../lib/safetensors.ts';
import { openFile } from './file.ts';

const weights = writeSafetensors(
  new Map([['fc.bias', { shape: [2], data: Float32Array.of(1, 2) }]]),
);

const hooks = { onProgress: () => undefined, signal: new AbortController().signal };

function open(name: string, bytes: Uint8Array<ArrayBuffer>, config: string | null = null) {
  const blob = config === null ? null : new Blob([config]);
  return openFile({ kind: 'file', name, weights: new Blob([bytes]), config: blob }, hooks);
}

describe('openFile', () => {
  it('opens a safetensors file and its config', async () => {
    const opened = await open('mine.safetensors', weights, '{"architecture": "resnet18"}');
    expect(opened).toMatchObject({
      name: 'mine.safetensors',
      origin: { kind: 'file', name: 'mine.safetensors' },
      hash: createHash('sha256').update(weights).digest('hex'),
      config: { architecture: 'resnet18' },
      cached: false,
    });
    expect([...(opened.tensors.get('fc.bias')?.data ?? [])]).toEqual([1, 2]);
  });

  it('reads the two files Transformers writes, together or one alone', async () => {
    const config = new Blob(['{"model_type": "resnet", "id2label": {"0": "oak", "1": "elm"}}']);
    const preprocessor = new Blob(['{"size": 96, "image_processor_type": "ViTImageProcessor"}']);
    const source = { kind: 'file', name: 'a.safetensors', weights: new Blob([weights]) } as const;
    const both = await openFile({ ...source, config, preprocessor }, hooks);
    expect(both.config).toMatchObject({ labelNames: ['oak', 'elm'], inputSize: 96 });
    const one = await openFile({ ...source, config: preprocessor }, hooks);
    expect(one.config).toMatchObject({ labelNames: null, inputSize: 96 });
  });

  it('does without a config', async () => {
    expect((await open('mine.safetensors', weights)).config).toBeNull();
  });

  it.each([
    ['model.pth', weights, null, /pickles, which can run code/],
    ['pytorch_model.bin', weights, null, /pickles, which can run code/],
    ['model.onnx', weights, null, /must be a .safetensors file; got "model.onnx"/],
    ['cut.safetensors', weights.slice(0, -1), null, /"cut.safetensors" could not be read.*cut off/],
    ['text.safetensors', new TextEncoder().encode('hello, this is text'), null, /not safetensors/],
    ['empty.safetensors', writeSafetensors(new Map()), null, /holds no tensors/],
    ['mine.safetensors', weights, '{', /config of "mine.safetensors".*not valid JSON/],
    [
      'adapter.safetensors',
      writeSafetensors(new Map(), { format: 'san-studio-adapter' }),
      null,
      /is an adapter, not a backbone/,
    ],
  ])('refuses %s with a sentence', async (name, bytes, config, sentence) => {
    await expect(open(name, bytes, config)).rejects.toThrow(sentence);
  });
});
