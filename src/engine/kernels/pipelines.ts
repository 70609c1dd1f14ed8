/**
 * Compiled shaders. A run that dispatches nothing only asks for those it would use, and the
 * browser compiles them side by side while the page goes on.
 */
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

const compiled = new WeakMap<GPUDevice, Map<string, Pipeline>>();
const waiting = new WeakMap<GPUDevice, Map<string, Promise<void>>>();

function mapOf<T>(maps: WeakMap<GPUDevice, Map<string, T>>, device: GPUDevice): Map<string, T> {
  const known = maps.get(device) ?? new Map<string, T>();
  maps.set(device, known);
  return known;
}

const COMPILE_ONLY = 'WEBGPU_ENGINE_COMPILE_ONLY';

/** True within `withoutDispatching`. */
export function dispatchesNothing(): boolean {
  return tf.env().getBool(COMPILE_ONLY);
}

/** Runs something whose results nobody reads: tensors are made, and their numbers are anything. */
export function withoutDispatching<T>(run: () => T): T {
  const env = tf.env();
  env.set(COMPILE_ONLY, true);
  try {
    return run();
  } finally {
    env.set(COMPILE_ONLY, false);
  }
}

/** The pipeline of this key, compiled now if it is not yet; `code` is its whole WGSL. */
export function pipelineOf(
  device: GPUDevice,
  key: string,
  label: string,
  code: () => string,
): Pipeline {
  const known = mapOf(compiled, device);
  const there = known.get(key);
  if (there) return there;
  const made = withLayout(device.createComputePipeline(described(device, label, code())));
  known.set(key, made);
  return made;
}

/** Has it compiled while others are; one that does not compile is left to `pipelineOf`, which says why. */
export function askForPipeline(
  device: GPUDevice,
  key: string,
  label: string,
  code: () => string,
): void {
  const known = mapOf(compiled, device);
  const asked = mapOf(waiting, device);
  if (known.has(key) || asked.has(key)) return;
  const made = device.createComputePipelineAsync(described(device, label, code()));
  const done = made.then(
    (pipeline) => void known.set(key, withLayout(pipeline)),
    () => undefined,
  );
  asked.set(key, done);
}

/** Waits for everything that was asked for. */
export async function pipelinesReady(
  backend: WebGPUBackend,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const asked = mapOf(waiting, backend.device);
  const all = [...asked.values()];
  let done = 0;
  await Promise.all(all.map((each) => each.then(() => onProgress(++done, all.length))));
  asked.clear();
  await backend.checkCompileCompletionAsync();
}

function described(device: GPUDevice, label: string, code: string): GPUComputePipelineDescriptor {
  const module = device.createShaderModule({ code, label });
  return { label, layout: 'auto', compute: { module } };
}

function withLayout(pipeline: GPUComputePipeline): Pipeline {
  return { pipeline, layout: pipeline.getBindGroupLayout(0) };
}
