import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSafetensors, writeSafetensors } from '../../lib/safetensors.ts';
import { EngineError } from '../errors.ts';
import { adapterSize, readAdapter, writeAdapter } from './adapter.ts';
import { trainedModel } from './trained-model.fixture.ts';

const written = await writeAdapter(trainedModel);

/** The same adapter with other metadata, its SHA-256 left as it was. */
function withMetadata(change: Readonly<Record<string, string>>): Uint8Array {
  const { tensors, metadata } = parseSafetensors(written);
  return writeSafetensors(tensors, { ...metadata, ...change });
}

describe('an adapter', () => {
  it('has the size that is told before it is written', () => {
    const shapes = new Map([...trainedModel.tensors].map(([name, { shape }]) => [name, shape]));
    const { preprocessing } = trainedModel.backbone;
    const recordHash = '0'.repeat(64);
    expect(adapterSize({ ...trainedModel, preprocessing, recordHash }, shapes)).toBe(
      written.length,
    );
  });

  it('is read back as it was written', async () => {
    const { method, methodOptions, classes, tensors, backbone } = trainedModel;
    const adapter = await readAdapter(written);
    expect(adapter).toMatchObject({
      method,
      methodOptions,
      classes,
      preprocessing: backbone.preprocessing,
      backbone: { name: backbone.name, origin: backbone.origin, hash: backbone.hash },
    });
    expect(new Map([...adapter.tensors].sort())).toEqual(new Map([...tensors].sort()));
  });

  it.each([
    ['another format', { format: 'pt' }, /names the format "pt"/],
    ['a newer version', { version: '2' }, /reads adapters of version 1; this one has version 2/],
    ['no version', { version: 'one' }, /"version" is missing or cannot be used/],
    ['no method', { method: '' }, /"method"/],
    ['options that are no values', { options: '{"rank": [1]}' }, /"options"/],
    ['options that are no JSON', { options: '{' }, /"options"/],
    ['an origin unheard of', { backbone_origin: '{"kind": "ftp"}' }, /"backbone_origin"/],
    ['a hash that is none', { backbone_hash: 'abc' }, /"backbone_hash"/],
    ['one class', { classes: '["oak"]' }, /"classes"/],
    ['a class twice', { classes: '["oak", "oak"]' }, /"classes"/],
    ['classes that are no names', { classes: '[1, 2]' }, /"classes"/],
    ['no preprocessing', { preprocessing: '{}' }, /"preprocessing"/],
    ['other classes', { classes: '["a", "b", "c"]' }, /SHA-256 does not match/],
    ['another digest', { digest: '00' }, /SHA-256 does not match/],
  ])('with %s is refused', async (_case, change, sentence) => {
    const reading = readAdapter(withMetadata(change));
    await expect(reading).rejects.toBeInstanceOf(EngineError);
    await expect(reading).rejects.toThrow(sentence);
  });

  it('with a changed weight is refused', async () => {
    const changed = written.slice();
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    await expect(readAdapter(changed)).rejects.toThrow(/SHA-256 does not match/);
  });

  it('with numbers that are none is neither written nor read', async () => {
    const broken = { shape: [1], data: Float32Array.of(NaN) };
    const model = { ...trainedModel, tensors: new Map([['fc.bias', broken]]) };
    await expect(writeAdapter(model)).rejects.toThrow(/finite numbers only; "fc.bias" holds NaN/);
  });

  it('survives any damage: it is the same, or refused with a sentence', async () => {
    const original = await readAdapter(written);
    const place = fc.oneof(fc.nat(1500), fc.nat(written.length - 1));
    const damage = fc.record({
      cut: fc.oneof(fc.constant(0), fc.nat(written.length)),
      edits: fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ cut, edits }) => {
        const bytes = written.slice(0, written.length - cut);
        for (const [at, byte] of edits) if (at < bytes.length) bytes[at] = byte;
        const outcome = await readAdapter(bytes).catch((error: unknown) => error);
        if (outcome instanceof EngineError) expect(outcome.code).toBe('bad-file');
        else expect(outcome).toEqual(original);
      }),
      { numRuns: 300 },
    );
  });
});
