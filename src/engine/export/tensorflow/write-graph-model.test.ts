import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { INPUT, OUTPUT } from '../../../lib/graph-names.ts';
import { sourceOf } from '../../../testing/export-source.ts';
import { answerOf, openWritten } from '../../../testing/graph-model.ts';
import { microBackbone, microNames } from '../../../testing/micro-backbone.ts';
import { movedModel } from '../../../testing/trained-networks.ts';
import { whole } from '../../../testing/zip-of-parts.ts';
import type { Model } from '../../model.ts';
import { allMethods, methodNamed } from '../../peft/registry.ts';
import { lower } from '../graph/lower.ts';
import type { Precision } from '../graph/precision.ts';
import type { TracedModel } from '../graph/trace.ts';
import { TensorFlowGraph } from './tensorflow-graph.ts';
import { writeGraphModel } from './write-graph-model.ts';

beforeAll(() => tf.setBackend('cpu'));

const micros = await Promise.all(microNames.map((name) => microBackbone(name)));

/** Largest |Δlogit| over random images. */
async function difference(model: Model, graph: tf.GraphModel, batch: number): Promise<number> {
  const side = model.network.backbone.imageSize;
  const images = tf.randomNormal<tf.Rank.R4>([batch, side, side, 3], 0, 1, 'float32', batch);
  const expected = await model.network.predict(images).data<'float32'>();
  const answer = answerOf(graph, images);
  expect(answer.shape).toEqual([batch, model.classes.length]);
  const values = await answer.data<'float32'>();
  return Math.max(...expected.map((value, i) => Math.abs(value - (values[i] ?? NaN))));
}

describe.each(micros)('$info.name', (loaded) => {
  const suited = allMethods().filter(({ info }) => !(info.name in loaded.info.refusals));

  test.each(suited)(
    'with $info.name answers in TensorFlow.js what it answers here',
    async (method) => {
      const model = await movedModel(loaded, method);
      const source = await sourceOf(model);
      const graph = await openWritten(await writeGraphModel(await source.traced(), 'float32'));
      expect(await difference(model, graph, 1)).toBeLessThan(1e-5);
      expect(await difference(model, graph, 3)).toBeLessThan(1e-5);
      graph.dispose();
      await source.dispose();
      model.dispose();
    },
  );

  test('answers nearly the same with weights in half the room', async () => {
    const model = await movedModel(loaded, methodNamed('san'));
    const source = await sourceOf(model);
    const traced = await source.traced();
    const graph = await openWritten(await writeGraphModel(traced, 'float16'));
    expect(await difference(model, graph, 3)).toBeLessThan(3e-2);
    const [single, half] = [
      await weightBytes(traced, 'float32'),
      await weightBytes(traced, 'float16'),
    ];
    const matrices = [...lower(traced.trace, new TensorFlowGraph(traced.trace)).floats.values()]
      .filter(({ shape }) => shape.length > 1)
      .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
    expect(single - half).toBe(2 * matrices);
    graph.dispose();
    await source.dispose();
    model.dispose();
  });
});

async function weightBytes(model: TracedModel, precision: Precision): Promise<number> {
  const [, ...shards] = await writeGraphModel(model, precision);
  const sizes = await Promise.all(shards.map(async ({ input }) => (await whole(input)).length));
  return sizes.reduce((sum, size) => sum + size);
}

test('what was written says what goes in, what comes out, and what the classes are', async () => {
  const [loaded] = micros;
  const model = await movedModel(loaded!, methodNamed('san'));
  const source = await sourceOf(model);
  const graph = await openWritten(await writeGraphModel(await source.traced(), 'float32'));
  const side = loaded!.backbone.imageSize;
  expect(graph.inputs).toMatchObject([{ name: INPUT, shape: [-1, side, side, 3] }]);
  expect(graph.outputs).toMatchObject([{ name: OUTPUT }]);
  const shape = { dim: [{ size: '-1' }, { size: '3' }] };
  expect(graph.modelSignature).toMatchObject({ outputs: { [OUTPUT]: { tensorShape: shape } } });
  const { preprocessing } = loaded!.info;
  expect(graph.metadata).toEqual({ classes: model.classes, preprocessing });
  graph.dispose();
  await source.dispose();
  model.dispose();
});

test('large weights fill shards of their own, in the order of the list', async () => {
  const read = (value: number) => () => Promise.resolve(new Float32Array(2 ** 20 + 1).fill(value));
  const source = await sourceOf(await movedModel(micros[0]!, methodNamed('san')));
  const { trace, ...rest } = await source.traced();
  const [first, second] = [...trace.constants].filter(([, { shape }]) => shape.length === 1);
  const constants = new Map(trace.constants);
  for (const [i, [value, constant]] of [first!, second!].entries()) {
    constants.set(value, { ...constant, shape: [2 ** 20 + 1], read: read(i) });
  }
  const files = await writeGraphModel({ ...rest, trace: { ...trace, constants } }, 'float32');
  const names = files.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(3);
  expect(names[1]).toBe(`group1-shard1of${names.length - 1}.bin`);
  const sizes = await Promise.all(
    files.slice(1).map(async ({ input }) => (await whole(input)).length),
  );
  expect(sizes.filter((size) => size === 4 * (2 ** 20 + 1))).toHaveLength(2);
  expect(Math.max(...sizes)).toBe(4 * (2 ** 20 + 1));
  await source.dispose();
});
