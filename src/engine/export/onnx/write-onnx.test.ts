import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { INPUT, OUTPUT } from '../../../lib/graph-names.ts';
import { sourceOf } from '../../../testing/export-source.ts';
import { microBackbone, microNames } from '../../../testing/micro-backbone.ts';
import { movedModel } from '../../../testing/trained-networks.ts';
import { joined } from '../../../testing/zip-of-parts.ts';
import type { Model } from '../../model.ts';
import { allMethods } from '../../peft/registry.ts';
import { lower } from '../graph/lower.ts';
import type { Precision } from '../graph/precision.ts';
import type { TracedModel } from '../graph/trace.ts';
import { OnnxGraph } from './onnx-graph.ts';
import { writeOnnx } from './write-onnx.ts';

beforeAll(() => tf.setBackend('cpu'));

const micros = await Promise.all(microNames.map((name) => microBackbone(name)));

const bytesOf = (model: TracedModel, precision: Precision): Promise<Uint8Array> =>
  joined(writeOnnx(model, precision));

/** Largest |Δlogit| over random images: channels last for us, channels first for ONNX. */
async function difference(model: Model, session: InferenceSession, batch: number): Promise<number> {
  const side = model.network.backbone.imageSize;
  const images = tf.randomNormal<tf.Rank.R4>([batch, side, side, 3], 0, 1, 'float32', batch);
  const expected = await model.network.predict(images).data<'float32'>();
  const pixels = await tf.transpose(images, [0, 3, 1, 2]).data<'float32'>();
  const feeds = { [INPUT]: new Tensor('float32', pixels, [batch, 3, side, side]) };
  const answer = (await session.run(feeds))[OUTPUT];
  expect(answer?.dims).toEqual([batch, model.classes.length]);
  return Math.max(...expected.map((value, i) => Math.abs(value - Number(answer?.data[i]))));
}

describe.each(micros)('$info.name', (loaded) => {
  const suited = allMethods().filter(({ info }) => !(info.name in loaded.info.refusals));

  test.each(suited)('with $info.name answers as ONNX what it answers here', async (method) => {
    const model = await movedModel(loaded, method);
    const source = await sourceOf(model);
    const traced = await source.traced();
    const single = await InferenceSession.create(await bytesOf(traced, 'float32'));
    expect(await difference(model, single, 1)).toBeLessThan(1e-5);
    expect(await difference(model, single, 3)).toBeLessThan(1e-5);
    const half = await InferenceSession.create(await bytesOf(traced, 'float16'));
    expect(await difference(model, half, 3)).toBeLessThan(3e-2);
    await source.dispose();
    model.dispose();
  });

  test('keeps weights in half the room in half precision', async () => {
    const model = await movedModel(loaded, allMethods()[0]!);
    const source = await sourceOf(model);
    const traced = await source.traced();
    const [single, half] = [await bytesOf(traced, 'float32'), await bytesOf(traced, 'float16')];
    const { floats } = lower(traced.trace, new OnnxGraph(traced.trace));
    const rows = [...floats.values()].filter(({ shape }) => shape.length > 1);
    const saved = rows.reduce((sum, { shape }) => sum + 2 * shape.reduce((a, b) => a * b), 0);
    // Names of what is cast come on top.
    expect(single.length - half.length).toBeGreaterThan(saved - 200 * rows.length);
    await source.dispose();
    model.dispose();
  });
});
