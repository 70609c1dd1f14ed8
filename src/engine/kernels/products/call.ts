import type { Launch } from '../launch.ts';
import { groups } from '../wgsl.ts';
import { countFlops } from '../work.ts';
import {
  tilingName,
  type Product,
  type ProductCode,
  type ProductSizes,
  type Tiling,
} from './contract.ts';
import { inMatrices, matrixSumRows } from './in-matrices.ts';
import { inRegisters } from './in-registers.ts';
import { inSharedMemory } from './in-shared-memory.ts';

/** The parts of a launch that a product decides; `name` is to begin with what else the code depends on. */
export function productCall(
  name: string,
  tiling: Tiling,
  product: Product,
  code: () => ProductCode,
): Pick<Launch<Record<string, never>>, 'name' | 'sizes' | 'workgroups' | 'features' | 'code'> {
  const { batch, rows, inner, columns, runs } = product;
  countFlops(2 * batch * rows * inner * columns);
  return {
    name: `${name} ${runs?.name ?? ''} ${tilingName(tiling)}`,
    sizes: { rows, inner: inner / 4, columns: columns / 4, ...runs?.sizes },
    workgroups: [groups(columns, tiling.columns), groups(rows, tiling.rows), batch],
    features: FEATURES[tiling.by],
    code: () => shaderOf(tiling, product, code()),
  };
}

/** What a device must have, as WGSL calls it. */
const FEATURES: Readonly<Record<Tiling['by'], readonly string[]>> = {
  registers: [],
  quads: ['subgroups'],
  shared: [],
  halves: ['f16'],
  matrices: ['f16', 'subgroups', 'chromium_experimental_subgroup_matrix'],
};

function shaderOf(tiling: Tiling, product: Product, code: ProductCode): string {
  if (tiling.by === 'matrices') return inMatrices(tiling, product, code);
  if ('depth' in tiling) return inSharedMemory(tiling, product, code);
  return inRegisters(tiling, product, code);
}

/** Rows that `writeSum` of a product's code writes. */
export function sumRows(tiling: Tiling, { rows: all }: ProductSizes): number {
  const workgroups = groups(all, tiling.rows);
  if (tiling.by === 'matrices') return workgroups * matrixSumRows(tiling);
  if ('depth' in tiling) return workgroups * (tiling.rows / tiling.threadRows);
  return groups(all, tiling.threadRows);
}
