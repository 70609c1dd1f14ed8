import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { backends, openDevice } from '../../../testing/devices.ts';
import { microBackbone } from '../../../testing/micro-backbone.ts';
import { movedModel } from '../../../testing/trained-networks.ts';
import { methodNamed } from '../../peft/registry.ts';

const micros = ['vit-micro', 'resnet-micro-bottleneck', 'swin-micro'];

/** Kernels compute several ops in one, or one when it is known what follows. */
test.each(backends)('a graph is the same whatever %s computes it with', async (device) => {
  for (const name of micros) {
    const loaded = await microBackbone(name);
    const nodes = async () => {
      const model = await movedModel(loaded, methodNamed('san'));
      const { graph } = await (await model.exportSource()).onnx();
      model.dispose();
      return graph.nodes;
    };
    await tf.setBackend('cpu');
    const expected = await nodes();
    await openDevice(device);
    const held = tf.memory().numTensors;
    expect(await nodes()).toEqual(expected);
    expect(tf.memory().numTensors).toBe(held);
  }
});
