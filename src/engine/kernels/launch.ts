/**
 * How a kernel of ours runs beside TensorFlow.js's own: in the same pass of the same backend, but
 * with several outputs, sizes that are written once, and nothing generated around its WGSL.
 */
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { bufferOf, fillPass, forgetRead } from './pass.ts';
import { askForPipeline, dispatchesNothing, pipelineOf } from './pipelines.ts';

type Shape = readonly number[];

/** Shapes of new tensors, or tensors whose numbers are changed in place. */
type Outputs = Readonly<Record<string, Shape | tf.Tensor | undefined>>;

/** One run of a kernel. What is undefined is not bound; `code` must not use it then. */
export interface Launch<O extends Outputs> {
  /** Unique; with what is bound it names the compiled pipeline. Whatever `code` depends on must stand in it. */
  readonly name: string;
  /** Arrays of `vec4<f32>`, to be read by these names. */
  readonly inputs: Readonly<Record<string, tf.Tensor | undefined>>;
  /** Arrays of `vec4<f32>`, to be written by these names. */
  readonly outputs: O;
  /** Inputs and outputs that are arrays of `f32`. */
  readonly scalars?: readonly string[];
  /** Inputs of int32 that are arrays of `u32`, read as they lie there. */
  readonly packed?: readonly string[];
  /**
   * Inputs and outputs of int32 that are arrays of `vec2<u32>`, four numbers in half precision each;
   * `unpackHalves` makes a `vec4<f32>` of them.
   */
  readonly halves?: readonly string[];
  /** `sizes.name` in the shader, i32. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly workgroups: readonly [number, number, number];
  /** Device features that `code` uses, as WGSL calls them. */
  readonly features?: readonly string[];
  /** How often the same is done, one time after the other: for measuring. */
  readonly repeats?: number;
  /** WGSL with the entry point `main`; asked for once for every pipeline. */
  readonly code: () => string;
}

type Made<O> = {
  [Name in keyof O]: O[Name] extends Shape | tf.Tensor ? tf.Tensor : tf.Tensor | undefined;
};

/** Runs a kernel on the device's queue. The outputs belong to the enclosing tidy. */
export function launch<O extends Outputs>(backend: WebGPUBackend, call: Launch<O>): Made<O> {
  const made: Record<string, tf.Tensor | undefined> = {};
  for (const [name, output] of Object.entries(call.outputs)) {
    if (output instanceof tf.Tensor) made[name] = output;
    else if (output) made[name] = newTensor(backend, output, typeOf(name, call));
  }
  const bound = [...present(call.inputs), ...present(made)];
  const key = [call.name, ...bound.map(([name]) => name), ...(call.halves ?? [])].join(' ');
  const code = (): string => `${declarations(call)}\n${call.code()}`;
  if (dispatchesNothing()) {
    askForPipeline(backend.device, key, call.name, code);
    // What lies on the device is not taken for numbers that TensorFlow.js could compute with itself.
    for (const [name, tensor] of present(made)) bufferOf(backend, tensor, typeOf(name, call));
    // `made` has a tensor for every output that has a shape.
    return made as Made<O>;
  }
  const { pipeline, layout } = pipelineOf(backend.device, key, call.name, code);
  const buffers = bound.map(([name, tensor]) => bufferOf(backend, tensor, typeOf(name, call)));
  for (const [, output] of present(call.outputs)) {
    if (output instanceof tf.Tensor) forgetRead(backend, output);
  }
  buffers.push(sizesBuffer(backend.device, Object.values(call.sizes)));
  const group = backend.device.createBindGroup({
    layout,
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  fillPass(backend, (pass) => {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    for (let i = 0; i < (call.repeats ?? 1); i++) pass.dispatchWorkgroups(...call.workgroups);
  });
  // `made` has a tensor for every output that has a shape.
  return made as Made<O>;
}

type NumberType = 'float32' | 'int32';

function typeOf(
  name: string,
  { packed = [], halves = [] }: Pick<Launch<Outputs>, 'packed' | 'halves'>,
): NumberType {
  return packed.includes(name) || halves.includes(name) ? 'int32' : 'float32';
}

function newTensor(backend: WebGPUBackend, shape: Shape, type: NumberType): tf.Tensor {
  const info = backend.makeTensorInfo([...shape], type);
  return tf.engine().makeTensorFromTensorInfo(info);
}

/** A run of a kernel with a thread for each of `count` results. */
export interface LaunchEach<O extends Outputs> extends Omit<Launch<O>, 'workgroups' | 'code'> {
  readonly count: number;
  /** WGSL of result `index`. */
  readonly body: () => string;
  /** WGSL functions that it calls. */
  readonly functions?: () => string;
}

const FLAT = 64;
const MOST_WORKGROUPS = 65535;

/** As `launch`. */
export function launchEach<O extends Outputs>(
  backend: WebGPUBackend,
  { count, body, functions, sizes, ...call }: LaunchEach<O>,
): Made<O> {
  const all = Math.ceil(count / FLAT);
  return launch(backend, {
    ...call,
    sizes: { ...sizes, count },
    workgroups: [Math.min(all, MOST_WORKGROUPS), Math.ceil(all / MOST_WORKGROUPS), 1],
    code: () => /* wgsl */ `
      ${functions?.() ?? ''}
      @compute @workgroup_size(${FLAT})
      fn main(@builtin(global_invocation_id) id : vec3<u32>) {
        let index = i32(id.y) * ${MOST_WORKGROUPS * FLAT} + i32(id.x);
        if (index >= sizes.count) { return; }
        ${body()}
      }
    `,
  });
}

function present<T>(record: Readonly<Record<string, T | undefined>>): [string, T][] {
  return Object.entries(record).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] satisfies [string, T]],
  );
}

function declarations({
  inputs,
  outputs,
  scalars = [],
  packed = [],
  halves = [],
  sizes,
  features = [],
}: Launch<Outputs>): string {
  const bindings = [
    ...present(inputs).map(([name]) => ({ name, access: 'read' })),
    ...present(outputs).map(([name]) => ({ name, access: 'read_write' })),
  ];
  const storage = bindings.map(({ name, access }, binding) => {
    const numbers = scalars.includes(name) ? 'f32' : 'vec4<f32>';
    const words = halves.includes(name) ? 'vec2<u32>' : 'u32';
    const element = typeOf(name, { packed, halves }) === 'int32' ? words : numbers;
    return `@group(0) @binding(${binding}) var<storage, ${access}> ${name} : array<${element}>;`;
  });
  const fields = Object.keys(sizes).map((name) => `${name} : i32,`);
  return `
    ${features.map((feature) => `enable ${feature};`).join('\n')}
    ${storage.join('\n')}
    struct Sizes { ${fields.join(' ')} }
    @group(0) @binding(${bindings.length}) var<uniform> sizes : Sizes;
    ${halves.length > 0 ? unpackHalves : ''}
  `;
}

const unpackHalves = /* wgsl */ `
  fn unpackHalves(words : vec2<u32>) -> vec4<f32> {
    return vec4<f32>(unpack2x16float(words.x), unpack2x16float(words.y));
  }
`;

const written = new WeakMap<GPUDevice, Map<string, GPUBuffer>>();

/** The same numbers always lie in the same buffer, which is never written again. */
function sizesBuffer(device: GPUDevice, sizes: readonly number[]): GPUBuffer {
  const known = written.get(device) ?? new Map<string, GPUBuffer>();
  written.set(device, known);
  const key = sizes.join(' ');
  const there = known.get(key);
  if (there) return there;
  const size = Math.max(16, Math.ceil((sizes.length * 4) / 16) * 16);
  const buffer = device.createBuffer({
    size,
    usage: GPUBufferUsage.UNIFORM,
    mappedAtCreation: true,
  });
  new Int32Array(buffer.getMappedRange()).set(sizes);
  buffer.unmap();
  known.set(key, buffer);
  return buffer;
}
