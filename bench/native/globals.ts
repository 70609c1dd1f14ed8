/** Makes Node what the engine asks of a browser: WebGPU, by Dawn, which is Chromium's own. */
import { createRequire } from 'node:module';

interface Dawn {
  create(options: readonly string[]): GPU;
  readonly globals: Readonly<Record<string, unknown>>;
}

// The addon lies beside the bundle, so that both can be carried to a machine without a network.
const dawn = createRequire(import.meta.url)('./dawn.node') as Dawn;
Object.assign(globalThis, dawn.globals);
// The addon's own crashes.
GPUDevice.prototype.createComputePipelineAsync = function (described) {
  return Promise.resolve(this.createComputePipeline(described));
};

// Dawn says nothing of an adapter that is gone while somebody still holds its devices.
const { DAWN_FEATURES } = process.env;
const gpu = dawn.create(DAWN_FEATURES ? [`enable-dawn-features=${DAWN_FEATURES}`] : []);
const own = { value: { gpu, hardwareConcurrency: 1 }, configurable: true };
Object.defineProperty(globalThis, 'navigator', own);
