/**
 * Which tiling makes a product fastest on this device: measured once for every kind of product,
 * after the step in which it came up first, for no reading of an adapter's name tells.
 */
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { accelerationOf } from '../acceleration.ts';
import { pipelinesReady, withoutDispatching } from '../pipelines.ts';
import {
  threadsOf,
  tilingName,
  type MatrixTiling,
  type MatrixUnits,
  type Product,
  type RegisterTiling,
  type SharedTiling,
  type Tiling,
} from './contract.ts';
import { matrixBytes } from './in-matrices.ts';
import { launchProduct } from './product.ts';
import { sharedBytes } from './shares.ts';

export const IN_REGISTERS: RegisterTiling = {
  by: 'registers',
  rows: 32,
  columns: 128,
  threadRows: 8,
  threadColumns: 16,
};

/** Where threads can read each other's registers. */
export const IN_QUADS: RegisterTiling = {
  by: 'quads',
  rows: 32,
  columns: 64,
  threadRows: 8,
  threadColumns: 8,
};

/** The first that a device has room for is taken until they have been measured. */
export const IN_SHARED_MEMORY: readonly SharedTiling[] = [
  { by: 'shared', rows: 64, columns: 64, depth: 16, threadRows: 4, threadColumns: 8 },
  { by: 'shared', rows: 64, columns: 128, depth: 16, threadRows: 8, threadColumns: 8 },
  { by: 'shared', rows: 128, columns: 128, depth: 16, threadRows: 8, threadColumns: 8 },
  { by: 'shared', rows: 32, columns: 64, depth: 32, threadRows: 4, threadColumns: 4 },
  { by: 'shared', rows: 32, columns: 32, depth: 32, threadRows: 4, threadColumns: 4 },
];

/** Where products may be made in half precision: there is room for twice the depth. */
export const IN_HALVES: readonly SharedTiling[] = [
  { by: 'halves', rows: 64, columns: 64, depth: 32, threadRows: 4, threadColumns: 8 },
  { by: 'halves', rows: 64, columns: 128, depth: 32, threadRows: 8, threadColumns: 8 },
  { by: 'halves', rows: 128, columns: 128, depth: 16, threadRows: 8, threadColumns: 8 },
];

/** The same where the chip has units for it. */
export const inUnits = (units: MatrixUnits): readonly MatrixTiling[] => [
  { by: 'matrices', rows: 64, columns: 64, depth: 32, subgroups: [2, 2], units },
  { by: 'matrices', rows: 128, columns: 64, depth: 32, subgroups: [4, 2], units },
  { by: 'matrices', rows: 128, columns: 128, depth: 32, subgroups: [4, 2], units },
  { by: 'matrices', rows: 128, columns: 128, depth: 16, subgroups: [4, 2], units },
  { by: 'matrices', rows: 128, columns: 128, depth: 32, subgroups: [2, 2], units },
];

interface Choices {
  readonly chosen: Map<string, Tiling>;
  readonly waiting: Map<string, Waiting>;
}

interface Waiting {
  readonly product: Product;
  readonly halves: boolean;
}

/** By adapter, so that a device that is opened again knows what was measured. */
const choices = new Map<string, Choices>();

function choicesOf(backend: WebGPUBackend): Choices {
  const { adapter } = accelerationOf(backend);
  const known = choices.get(adapter) ?? { chosen: new Map(), waiting: new Map() };
  choices.set(adapter, known);
  return known;
}

/** Products of about as many rows that are read alike are of one kind. */
function kindOf({ batch, rows, inner, columns, leftTurned, rightTurned, runs }: Product): string {
  const about = Math.ceil(Math.log2(rows));
  return [batch, about, inner, columns, leftTurned, rightTurned, runs?.kind].join(' ');
}

export interface MeasuredTilings {
  readonly adapter: string;
  /** Names of those that were tried: what is measured again once there are others. */
  readonly offered: readonly string[];
  /** By kind of product, the name of the tiling that was fastest. */
  readonly tilings: Readonly<Record<string, string>>;
}

/** What was measured on this adapter by now. */
export function measuredTilings(backend: WebGPUBackend): MeasuredTilings {
  const { adapter } = accelerationOf(backend);
  const { chosen } = choicesOf(backend);
  const tilings: Record<string, string> = {};
  for (const [kind, tiling] of chosen) tilings[kind] = tilingName(tiling);
  return { adapter, offered: [...offeredBy(backend).keys()], tilings };
}

/** By name, every tiling that the device has room for. */
function offeredBy(backend: WebGPUBackend): Map<string, Tiling> {
  const all = candidates(backend, { leftTurned: false }, canHalve(backend));
  return new Map(all.map((tiling) => [tilingName(tiling), tiling]));
}

/** Takes up what was measured before on the same adapter, among the same tilings. */
export function recallTilings(backend: WebGPUBackend, measured: MeasuredTilings): void {
  const known = offeredBy(backend);
  if (measured.adapter !== accelerationOf(backend).adapter) return;
  if (measured.offered.join() !== [...known.keys()].join()) return;
  const { chosen } = choicesOf(backend);
  for (const [kind, name] of Object.entries(measured.tilings)) {
    const tiling = known.get(name);
    if (tiling && !chosen.has(kind)) chosen.set(kind, tiling);
  }
}

let halving = false;

/** Runs something whose products may be made in half precision, where the chip can. */
export function inHalfPrecision<T>(run: () => T): T {
  const outer = halving;
  halving = true;
  try {
    return run();
  } finally {
    halving = outer;
  }
}

let noticing = true;

/** Runs something whose products are of no importance: none of them waits to be measured. */
export function unnoticed<T>(run: () => T): T {
  noticing = false;
  try {
    return run();
  } finally {
    noticing = true;
  }
}

/**
 * The tiling for a product; in half precision only where `mayHalve` and all around it allow that. One
 * that was not measured yet waits for `measureTilings`.
 */
export function tilingFor(backend: WebGPUBackend, product: Product, mayHalve = false): Tiling {
  if (accelerationOf(backend).emulated) return firstOf(candidates(backend, product, false));
  const { chosen, waiting } = choicesOf(backend);
  const halves = mayHalve && halving && canHalve(backend);
  const kind = `${kindOf(product)} ${halves}`;
  const known = chosen.get(kind);
  if (known) return known;
  if (noticing) waiting.set(kind, { product, halves });
  return firstOf(candidates(backend, product, halves));
}

const firstOf = ([first = IN_REGISTERS]: readonly Tiling[]): Tiling => first;

/** Whether products may be made in half precision. */
export const canHalve = (backend: WebGPUBackend): boolean =>
  !accelerationOf(backend).emulated && backend.device.features.has('shader-f16');

/** Those that the device has room for and that can make such a product; never none. */
function candidates(
  backend: WebGPUBackend,
  product: Pick<Product, 'leftTurned' | 'runs'>,
  halves: boolean,
): readonly Tiling[] {
  const { emulated, matrixUnits } = accelerationOf(backend);
  const { limits } = backend.device;
  const room = limits.maxComputeWorkgroupStorageSize;
  const alone = product.leftTurned ? [] : inRegistersOf(backend, product);
  if (emulated && alone.length > 0) return alone;
  const shared = [
    ...(halves && matrixUnits ? inUnits(matrixUnits) : []),
    ...(halves ? IN_HALVES : []),
    ...IN_SHARED_MEMORY,
  ].filter((tiling) => bytesOf(tiling) <= room);
  return [...shared, ...alone].filter(
    (tiling) => threadsOf(tiling) <= limits.maxComputeInvocationsPerWorkgroup,
  );
}

/** In quads no thread leaves out an empty run for itself. */
const inRegistersOf = (
  { device: { features } }: WebGPUBackend,
  { runs }: Pick<Product, 'runs'>,
): readonly RegisterTiling[] =>
  features.has('subgroups') && !runs?.isEmpty ? [IN_QUADS, IN_REGISTERS] : [IN_REGISTERS];

const bytesOf = (tiling: SharedTiling | MatrixTiling): number =>
  tiling.by === 'matrices' ? matrixBytes(tiling) : sharedBytes(tiling);

/**
 * Measures what came up since the last time: some tenths of a second, on a slow chip about as long as
 * a few steps. False where there was nothing to measure.
 * @param time times a product by every tiling that the device has room for.
 */
export async function measureTilings(
  backend: WebGPUBackend,
  time: TimeTilings = timeTilings,
): Promise<boolean> {
  const { chosen, waiting } = choicesOf(backend);
  if (accelerationOf(backend).emulated || waiting.size === 0) return false;
  await compileSideBySide(backend, [...waiting.values()]);
  for (const [kind, each] of waiting) {
    waiting.delete(kind);
    chosen.set(kind, fastestOf(await time(backend, each)).tiling);
  }
  return true;
}

/** One after the other, compiling takes many times as long as measuring. */
async function compileSideBySide(backend: WebGPUBackend, all: readonly Waiting[]): Promise<void> {
  withoutDispatching(() =>
    tf.tidy(() => {
      for (const { product, halves } of all) {
        // Nobody reads them.
        const sides = { left: tf.scalar(0), right: tf.scalar(0) };
        for (const tiling of candidates(backend, product, halves)) {
          launchProduct(backend, { ...product, batch: 1, rows: 1, columns: 4 }, tiling, sides);
        }
      }
    }),
  );
  await pipelinesReady(backend, () => undefined);
}

/** Milliseconds that a measurement is to take, so that waiting for the device is a small part of it. */
const LONG_ENOUGH = 5;
const MOST_TWICE = 20;
const MOST_REPEATS = 4096;

interface TimedTiling {
  readonly tiling: Tiling;
  /** Milliseconds of one product. */
  readonly took: number;
}

type TimeTilings = (backend: WebGPUBackend, each: Waiting) => Promise<readonly TimedTiling[]>;

const fastestOf = (timed: readonly TimedTiling[]): TimedTiling =>
  timed.reduce((best, one) => (one.took < best.took ? one : best));

/** How long a product takes by every tiling that the device has room for. */
export async function timeTilings(
  backend: WebGPUBackend,
  { product, halves }: Waiting,
): Promise<TimedTiling[]> {
  const { batch, rows, inner, columns, runs } = product;
  const sides = tf.tidy(() => ({
    left: noise(runs?.count ?? batch * rows * inner),
    right: noise(batch * inner * columns),
  }));
  const run = (tiling: Tiling, repeats: number): Promise<number> =>
    milliseconds(() => launchProduct(backend, product, tiling, sides, repeats));
  const all = candidates(backend, product, halves);
  const first = firstOf(all);
  await run(first, 1); // compiles
  let repeats = 1;
  let took = await run(first, repeats);
  for (; took < LONG_ENOUGH && repeats < MOST_REPEATS; took = await run(first, repeats)) {
    repeats *= 2;
  }
  // What a slow chip takes long for need not be measured twice.
  const rounds = took < MOST_TWICE ? 2 : 1;
  const timed: TimedTiling[] = [];
  for (const tiling of all) {
    await run(tiling, 1); // compiles
    const times: number[] = [];
    while (times.length < rounds) times.push(await run(tiling, repeats));
    timed.push({ tiling, took: Math.min(...times) / repeats });
  }
  tf.dispose(sides);
  return timed;
}

/** The same few numbers over and over: some chips are faster at zeros. */
function noise(length: number): tf.Tensor1D {
  const some = tf.randomNormal<tf.Rank.R1>([4096]);
  return tf.tile(some, [Math.ceil(length / 4096)]).slice(0, length);
}

async function milliseconds(run: () => tf.Tensor): Promise<number> {
  const start = performance.now();
  const last = tf.tidy(() => run().flatten().slice(0, 1));
  await last.data();
  last.dispose();
  return performance.now() - start;
}

/** Floating-point operations a second of the fastest product of [side, side] matrices there is. */
export async function bestProduct(backend: WebGPUBackend, side: number): Promise<number> {
  const sizes = { batch: 1, rows: side, inner: side, columns: side };
  let best = 0;
  for (const rightTurned of [false, true]) {
    const product = { ...sizes, leftTurned: false, rightTurned };
    const { took } = fastestOf(await timeTilings(backend, { product, halves: false }));
    best = Math.max(best, (2 * side ** 3) / (took / 1000));
  }
  return best;
}
