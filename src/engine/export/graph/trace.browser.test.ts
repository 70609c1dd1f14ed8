import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { backends, openDevice } from '../../../testing/devices.ts';
import { sourceOf } from '../../../testing/export-source.ts';
import { microBackbone } from '../../../testing/micro-backbone.ts';
import { movedModel } from '../../../testing/trained-networks.ts';
import { methodNamed } from '../../peft/registry.ts';
import { OnnxGraph } from '../onnx/onnx-graph.ts';
import { TensorFlowGraph } from '../tensorflow/tensorflow-graph.ts';
import { lower } from './lower.ts';

const micros = ['vit-micro', 'resnet-micro-bottleneck', 'swin-micro'];

/** Kernels compute several ops in one, or one when it is known what follows. */
test.each(backends)('a graph is the same whatever %s computes it with', async (device) => {
  for (const name of micros) {
    const loaded = await microBackbone(name);
    const nodes = async () => {
      const model = await movedModel(loaded, methodNamed('san'));
      const source = await sourceOf(model);
      const { trace } = await source.traced();
      const graphs = [new OnnxGraph(trace), new TensorFlowGraph(trace)];
      const said = graphs.map((graph) => lower(trace, graph).nodes);
      await source.dispose();
      model.dispose();
      return said;
    };
    await tf.setBackend('cpu');
    const expected = await nodes();
    await openDevice(device);
    const held = tf.memory().numTensors;
    expect(await nodes()).toEqual(expected);
    expect(tf.memory().numTensors).toBe(held);
  }
});
