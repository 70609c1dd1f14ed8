import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { INPUT, OUTPUT } from '../../../lib/onnx-names.ts';
import { microBackbone, microNames } from '../../../testing/micro-backbone.ts';
import { movedModel } from '../../../testing/trained-networks.ts';
import type { Model } from '../../model.ts';
import { allMethods } from '../../peft/registry.ts';
import { writeOnnx } from './write-onnx.ts';

beforeAll(() => tf.setBackend('cpu'));

const micros = await Promise.all(microNames.map((name) => microBackbone(name)));

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
    const onnx = await (await model.exportSource()).onnx();
    const single = await InferenceSession.create(writeOnnx(onnx, 'float32'));
    expect(await difference(model, single, 1)).toBeLessThan(1e-5);
    expect(await difference(model, single, 3)).toBeLessThan(1e-5);
    const half = await InferenceSession.create(writeOnnx(onnx, 'float16'));
    expect(await difference(model, half, 3)).toBeLessThan(3e-2);
    model.dispose();
  });

  test('keeps weights in half the room in half precision', async () => {
    const model = await movedModel(loaded, allMethods()[0]!);
    const onnx = await (await model.exportSource()).onnx();
    const [single, half] = [writeOnnx(onnx, 'float32'), writeOnnx(onnx, 'float16')];
    const rows = [...onnx.graph.floats.values()].filter(({ shape }) => shape.length > 1);
    const saved = rows.reduce((sum, { data }) => sum + data.length * 2, 0);
    // Names of what is cast come on top.
    expect(single.length - half.length).toBeGreaterThan(saved - 200 * rows.length);
    model.dispose();
  });
});
