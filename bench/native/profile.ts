/** What the device's time goes to: every dispatch in a pass of its own, between two timestamps. */
import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { markdownTable } from '../markdown.ts';

const MOST = 2048;
/** TensorFlow.js's name for the dispatches of one pass. */
const BATCH_SIZE = 'WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE';

interface Kernel {
  readonly name: string;
  readonly dispatches: number;
  readonly milliseconds: number;
}

/** Runs `step` and gives its kernels, those first that took longest. Slower than a step that nobody watches. */
export async function profileStep(step: () => Promise<void>): Promise<string> {
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('Only WebGPU can be profiled.');
  const { device } = backend;
  const set = device.createQuerySet({ type: 'timestamp', count: 2 * MOST });
  const names: string[] = [];
  const restore = watch(set, names);
  const batchSize = tf.env().getNumber(BATCH_SIZE);
  tf.env().set(BATCH_SIZE, 1);
  try {
    await step();
  } finally {
    tf.env().set(BATCH_SIZE, batchSize);
    restore();
  }
  const stamps = await read(device, set, Math.min(names.length, MOST));
  return describe(names.slice(0, MOST), stamps);
}

function watch(querySet: GPUQuerySet, names: string[]): () => void {
  const encoders = GPUCommandEncoder.prototype;
  const passes = GPUComputePassEncoder.prototype;
  const begin = encoders.beginComputePass;
  const setPipeline = passes.setPipeline;
  encoders.beginComputePass = function (this: GPUCommandEncoder, descriptor) {
    const index = names.push('') - 1;
    if (index >= MOST) return begin.call(this, descriptor);
    const timestampWrites = {
      querySet,
      beginningOfPassWriteIndex: 2 * index,
      endOfPassWriteIndex: 2 * index + 1,
    };
    return begin.call(this, { ...descriptor, timestampWrites });
  };
  passes.setPipeline = function (this: GPUComputePassEncoder, pipeline) {
    names[names.length - 1] = pipeline.label;
    setPipeline.call(this, pipeline);
  };
  return () => {
    encoders.beginComputePass = begin;
    passes.setPipeline = setPipeline;
  };
}

async function read(device: GPUDevice, set: GPUQuerySet, count: number): Promise<BigInt64Array> {
  const size = 16 * count;
  const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const resolved = device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC });
  const mapped = device.createBuffer({ size, usage: COPY_DST | MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.resolveQuerySet(set, 0, 2 * count, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, mapped, 0, size);
  device.queue.submit([encoder.finish()]);
  await mapped.mapAsync(GPUMapMode.READ);
  const stamps = new BigInt64Array(mapped.getMappedRange().slice(0));
  for (const buffer of [resolved, mapped]) buffer.destroy();
  set.destroy();
  return stamps;
}

function describe(names: readonly string[], stamps: BigInt64Array): string {
  const kernels = new Map<string, Kernel>();
  names.forEach((name, i) => {
    const took = Number((stamps[2 * i + 1] ?? 0n) - (stamps[2 * i] ?? 0n)) / 1e6;
    const { dispatches, milliseconds } = kernels.get(name) ?? { dispatches: 0, milliseconds: 0 };
    kernels.set(name, { name, dispatches: dispatches + 1, milliseconds: milliseconds + took });
  });
  const rows = [...kernels.values()]
    .sort((a, b) => b.milliseconds - a.milliseconds)
    .map(({ name, dispatches, milliseconds }) => [
      name,
      String(dispatches),
      milliseconds.toFixed(3),
    ]);
  const all = [...kernels.values()].reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return `${markdownTable(['kernel', 'dispatches', 'ms'], rows)}\n\nall: ${all.toFixed(2)} ms`;
}
