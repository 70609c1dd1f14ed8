/** Device choice: a real GPU through WebGPU, else WebAssembly. Owns the device and hears when it is lost. */
import * as tf from '@tensorflow/tfjs';
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import type {
  BackendName,
  DeviceInfo,
  DeviceMemory,
  Failure,
  KernelChoice,
  MemoryMeasured,
} from '../protocol.ts';
import { EngineError, outOfMemory } from './errors.ts';
import { accelerate, acceleratedWebgpu } from './kernels/acceleration.ts';
import { canHalve } from './kernels/products/choose.ts';
import type { MatrixUnits } from './kernels/products/contract.ts';
import { watchHeap } from './kernels/wasm/heap.ts';
import { registerWasmKernels } from './kernels/wasm/register.ts';
import { startSimd } from './kernels/wasm/simd.ts';

registerWasmKernels();

type Choice = BackendName | 'auto';

interface FoundAdapter {
  readonly adapter: GPUAdapter | null;
  /** A sentence where there is none. */
  readonly reason: string | null;
}

/**
 * Makes the chosen backend TensorFlow.js's current one. "auto" takes a real GPU where there
 * is one and WebAssembly otherwise, because an emulated GPU is slower than WebAssembly.
 * @param kernels "stock" leaves everything to TensorFlow.js: what ours are measured against.
 * @throws EngineError "device-lost" where WebGPU was asked for by name and cannot be had.
 */
export async function openBackend(
  choice: Choice,
  onLost: (failure: Failure) => void,
  kernels: KernelChoice = 'own',
): Promise<DeviceInfo> {
  const device = await openDevice(choice, onLost);
  const { software: emulated, adapter } = device;
  const matrixUnits = present?.matrixUnits ?? null;
  accelerate(kernels === 'stock' ? null : { emulated, adapter, matrixUnits });
  return device;
}

async function openDevice(choice: Choice, onLost: (failure: Failure) => void): Promise<DeviceInfo> {
  if (choice === 'wasm') return openWasm(null);
  const { adapter, reason } = await findAdapter();
  if (!adapter) {
    if (choice === 'webgpu') throw new EngineError('device-lost', reason ?? 'There is no WebGPU.');
    return openWasm(reason);
  }
  if (choice === 'auto' && isSoftware(adapter)) {
    return openWasm(
      'The only WebGPU adapter here is emulated on the processor, which is slower than WebAssembly. Where this computer has a graphics card, turn on hardware acceleration in the browser settings.',
    );
  }
  return openWebGpu(adapter, onLost);
}

/** Bytes the backend holds for tensors right now. */
export function deviceBytes(): number {
  const memory: tf.MemoryInfo & { numBytesInGPU?: number } = tf.memory();
  return memory.numBytesInGPU ?? memory.numBytes;
}

/** How many tensors there are, and the bytes the backend holds for them. */
export function heldMemory(): MemoryMeasured {
  return { tensors: tf.memory().numTensors, deviceBytes: deviceBytes() };
}

async function findAdapter(): Promise<FoundAdapter> {
  if (!('gpu' in navigator)) {
    return {
      adapter: null,
      reason:
        'This browser has no WebGPU. Current versions of Chrome, Edge, Safari and Firefox have it.',
    };
  }
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  const reason =
    'The browser knows WebGPU but offers no graphics adapter. Turn on hardware acceleration in its settings or update the graphics driver.';
  return adapter ? { adapter, reason: null } : { adapter: null, reason };
}

/** What computes now, where that is WebGPU. */
let present: { readonly device: GPUDevice; readonly matrixUnits: MatrixUnits | null } | null = null;

/** Whether our kernels may make products in half precision on the device that computes now. */
export function canHalveProducts(): boolean {
  const backend = acceleratedWebgpu();
  return backend !== null && canHalve(backend);
}

/** Loses the graphics device, as a driver may. @throws EngineError "bad-request" where there is none. */
export function loseDevice(): void {
  if (!present)
    throw new EngineError('bad-request', 'WebAssembly has no device that could be lost.');
  present.device.destroy();
}

const MATRIX_UNITS = 'chromium-experimental-subgroup-matrix';
/** Sides of matrices that our kernels are written for. */
const SIDES = [16, 8];

/** Features that TensorFlow.js or our kernels make use of. */
const WANTED: readonly string[] = [
  'shader-f16',
  'subgroups',
  'timestamp-query',
  'bgra8unorm-storage',
  MATRIX_UNITS,
];

/** Shapes of matrices that an adapter's units multiply, as Chromium's experiment tells them. */
interface MatrixShape {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

type MatrixAdapterInfo = GPUAdapterInfo & {
  readonly subgroupMatrixConfigs?: Iterable<MatrixShape>;
};

/** Those that our kernels are written for; the largest where there are several. */
function findMatrixUnits({ features, info }: GPUAdapter): MatrixUnits | null {
  // A device's own information leaves the shapes out.
  const { subgroupMinSize, subgroupMaxSize, subgroupMatrixConfigs }: MatrixAdapterInfo = info;
  if (!features.has(MATRIX_UNITS) || !features.has('shader-f16')) return null;
  if (subgroupMinSize === undefined || subgroupMinSize !== subgroupMaxSize) return null;
  const shapes = [...(subgroupMatrixConfigs ?? [])].filter(
    ({ componentType, resultComponentType }) =>
      componentType === 'f16' && resultComponentType === 'f32',
  );
  const side = SIDES.find((each) =>
    shapes.some(({ M, N, K }) => [M, N, K].every((s) => s === each)),
  );
  return side === undefined ? null : { side, subgroup: subgroupMinSize };
}

async function openWebGpu(
  adapter: GPUAdapter,
  onLost: (failure: Failure) => void,
): Promise<DeviceInfo> {
  const { limits } = adapter;
  const device = await adapter.requestDevice({
    requiredFeatures: WANTED.filter((feature): feature is GPUFeatureName =>
      adapter.features.has(feature),
    ),
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    },
  });
  present = { device, matrixUnits: findMatrixUnits(adapter) };
  void device.lost.then((info) => {
    // One that gave way to another is not missed.
    if (device !== present?.device) return;
    const reason = info.message.replace(/\.$/, '') || 'no reason given';
    const message = `The graphics device was lost (${reason}).`;
    onLost({ code: 'device-lost', message });
  });
  // Buffers that could not be made read as zeros: whatever is computed from here on is garbage.
  device.addEventListener('uncapturederror', ({ error }) => {
    const { message } = error;
    onLost(
      error instanceof GPUOutOfMemoryError
        ? { code: 'out-of-memory', message: outOfMemory(message) }
        : { code: 'internal', message: `The graphics device refused a command: ${message}` },
    );
  });
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
  await activate('webgpu');
  return {
    backend: 'webgpu',
    adapter: adapterName(adapter),
    software: isSoftware(adapter),
    f16: device.features.has('shader-f16'),
    subgroups: device.features.has('subgroups'),
    threads: 1,
    memory: {
      largestTensor: Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize),
      allTensors: null,
      system: systemMemory(),
    },
    fallbackReason: null,
  };
}

async function openWasm(reason: string | null): Promise<DeviceInfo> {
  present = null;
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plainUrl,
    'tfjs-backend-wasm-simd.wasm': simdUrl,
    'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
  });
  const restore = offerAllCores();
  try {
    await activate('wasm');
  } finally {
    restore();
  }
  watchHeap();
  const threads = globalThis.crossOriginIsolated ? getThreadsCount() : 1;
  await startSimd(threads);
  return {
    backend: 'wasm',
    adapter: `WebAssembly, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    software: false,
    f16: false,
    subgroups: false,
    threads,
    memory: wasmMemory(),
    fallbackReason: reason,
  };
}

/** Addresses are 32 bits wide, and the page's own images and weights lie beside the tensors. */
function wasmMemory(): DeviceMemory {
  return { largestTensor: 2 ** 32, allTensors: 2 ** 32, system: systemMemory() };
}

/** In bytes; null where the browser does not tell. Only some browsers do, to the nearest power of two. */
function systemMemory(): number | null {
  if (!('deviceMemory' in navigator) || typeof navigator.deviceMemory !== 'number') return null;
  return navigator.deviceMemory * 2 ** 30;
}

/**
 * TensorFlow.js uses half the cores it sees, which on a small machine is one. While it
 * starts it sees twice as many; it never takes more than eight threads.
 */
function offerAllCores(): () => void {
  if (!globalThis.crossOriginIsolated) return () => undefined;
  const cores = navigator.hardwareConcurrency;
  setThreadsCount(cores);
  const own = { value: 2 * cores, configurable: true };
  Object.defineProperty(navigator, 'hardwareConcurrency', own);
  return () => {
    Reflect.deleteProperty(navigator, 'hardwareConcurrency');
  };
}

async function activate(name: BackendName): Promise<void> {
  const done = await tf.setBackend(name);
  if (!done) throw new EngineError('device-lost', `The ${name} backend could not be started.`);
  await tf.ready();
}

function isSoftware(adapter: GPUAdapter): boolean {
  const { info } = adapter;
  const named = `${info.vendor} ${info.architecture} ${info.description}`;
  return info.isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(named);
}

function adapterName({ info }: GPUAdapter): string {
  if (info.description) return info.description;
  const name = `${info.vendor} ${info.architecture}`.trim();
  return name || 'Unnamed adapter';
}
