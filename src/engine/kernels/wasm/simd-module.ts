/** Finds and compiles the build of `assembly/` that this browser can run. */
type Build = () => Promise<{ readonly url: string }>;

/** Addresses of the builds, the preferred one first. */
const builds: Readonly<Record<'shared' | 'own', readonly Build[]>> = {
  shared: [
    () => import('./assembly/index.ts?kernels=shared,relaxed'),
    () => import('./assembly/index.ts?kernels=shared'),
  ],
  own: [
    () => import('./assembly/index.ts?kernels=relaxed'),
    () => import('./assembly/index.ts?kernels='),
  ],
};

/** What a compiled module offers. Addresses and sizes are in bytes. */
export interface SimdExports {
  /** Does a kernel's units, together with whoever helps. */
  share(control: number, kernel: number, args: number, units: number): void;
  packedBytes(depth: number, columns: number): number;
  workBytes(): number;
  convolutionWorkBytes(columns: number): number;
  attentionWorkBytes(tokens: number, width: number): number;
  /** Constants of the sources, by their names there. */
  constant(name: string): number;
}

/** The build for this memory, with products and sums in one instruction where the browser knows it; null where it knows no SIMD. */
export async function compileKernels(
  memory: WebAssembly.Memory,
): Promise<WebAssembly.Module | null> {
  for (const build of builds[isShared(memory) ? 'shared' : 'own']) {
    const { url } = await build();
    const response = await fetch(url);
    const bytes = await response.arrayBuffer();
    if (response.ok && WebAssembly.validate(bytes)) return WebAssembly.compile(bytes);
  }
  return null;
}

export function isShared({ buffer }: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;
}

/** The module on a memory. */
export async function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<SimdExports> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const method = (name: string): ((...args: readonly number[]) => number) => {
    const found = exports[name];
    if (typeof found !== 'function') throw new Error(`The kernels have no function "${name}".`);
    return (...args) => Number(Reflect.apply(found, null, args));
  };
  return {
    share: method('share'),
    packedBytes: method('packedBytes'),
    workBytes: method('workBytes'),
    convolutionWorkBytes: method('convolutionWorkBytes'),
    attentionWorkBytes: method('attentionWorkBytes'),
    constant: (name) => {
      const found = exports[name];
      if (found instanceof WebAssembly.Global) return Number(found.value);
      throw new Error(`The kernels have no constant "${name}".`);
    },
  };
}
