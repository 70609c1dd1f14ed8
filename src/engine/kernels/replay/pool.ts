/**
 * The buffers of one recorded step. They are used again within the step only, and what was filled
 * by the processor never, so that every command finds its numbers when it is done again.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

type Manager = WebGPUBackend['bufferManager'];

/** Which step a buffer belongs to; all others are the manager's own. */
const owners = new WeakMap<GPUBuffer, BufferPool>();

const key = (size: number, usage: number): string => `${size} ${usage}`;

export class BufferPool {
  readonly #manager: Manager;
  readonly #free = new Map<string, GPUBuffer[]>();
  readonly #pinned = new WeakSet<GPUBuffer>();
  readonly #all: GPUBuffer[] = [];
  /** Buffers of the manager that were let go during the step: its commands may read them. */
  readonly #held: GPUBuffer[] = [];

  constructor(manager: Manager) {
    this.#manager = manager;
  }

  /** Has the backend take its buffers from here while `body` runs. */
  lend(device: GPUDevice, body: () => void): void {
    const manager = this.#manager;
    freeUnused(manager);
    const release = releaseByOwner(manager);
    const { acquireBuffer, releaseBuffer } = manager;
    manager.acquireBuffer = (size, usage, mapped = false) =>
      this.#acquire(device, size, usage, mapped);
    manager.releaseBuffer = (buffer, reuse) => {
      if (owners.has(buffer)) release(buffer, reuse);
      else this.#held.push(buffer);
    };
    try {
      body();
    } finally {
      manager.acquireBuffer = acquireBuffer;
      manager.releaseBuffer = releaseBuffer === release ? releaseBuffer : release;
    }
  }

  /** To be called when nobody will replay the step again. */
  dispose(): void {
    for (const buffer of this.#all) {
      this.#manager.numBytesUsed -= buffer.size;
      this.#manager.numBytesAllocated -= buffer.size;
      buffer.destroy();
    }
    for (const buffer of this.#held) this.#manager.releaseBuffer(buffer);
    this.#all.length = 0;
    this.#held.length = 0;
    this.#free.clear();
  }

  giveBack(buffer: GPUBuffer): void {
    if (this.#pinned.has(buffer)) return;
    const name = key(buffer.size, buffer.usage);
    const free = this.#free.get(name) ?? [];
    this.#free.set(name, [...free, buffer]);
  }

  #acquire(device: GPUDevice, size: number, usage: number, mapped: boolean): GPUBuffer {
    const isFilled = mapped || (usage & GPUBufferUsage.UNIFORM) !== 0;
    const known = isFilled ? undefined : this.#free.get(key(size, usage))?.pop();
    if (known) return known;
    const buffer = device.createBuffer({ size, usage, mappedAtCreation: mapped });
    if (isFilled) this.#pinned.add(buffer);
    owners.set(buffer, this);
    this.#all.push(buffer);
    this.#manager.numBytesUsed += size;
    this.#manager.numBytesAllocated += size;
    return buffer;
  }
}

const releases = new WeakMap<Manager, Manager['releaseBuffer']>();

/** The manager's own way to let a buffer go, but for those of a recorded step. */
function releaseByOwner(manager: Manager): Manager['releaseBuffer'] {
  const known = releases.get(manager);
  if (known) return known;
  const own = manager.releaseBuffer.bind(manager);
  const release: Manager['releaseBuffer'] = (buffer, reuse) => {
    const owner = owners.get(buffer);
    if (owner) owner.giveBack(buffer);
    else own(buffer, reuse);
  };
  releases.set(manager, release);
  return release;
}

/** What the manager keeps for later is as much as a step needs: two of it may not fit the device. */
function freeUnused(manager: Manager): void {
  const free: unknown = manager['freeBuffers'];
  if (!(free instanceof Map)) return;
  for (const buffers of free.values()) {
    if (!Array.isArray(buffers)) continue;
    for (const buffer of buffers.splice(0)) {
      if (!(buffer instanceof GPUBuffer)) continue;
      manager['numFreeBuffers']--;
      manager.numBytesAllocated -= buffer.size;
      buffer.destroy();
    }
  }
}
