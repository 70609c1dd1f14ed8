import type { Launch } from '../launch.ts';
import { groups } from '../wgsl.ts';
import { countFlops } from '../work.ts';
import {
  isOfMatrices,
  tilingName,
  type Product,
  type ProductCode,
  type ProductSizes,
  type Tiling,
} from './contract.ts';
import { inMatrices, MATRIX_FEATURES, matrixSumRows } from './in-matrices.ts';
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
    features: isOfMatrices(tiling) ? MATRIX_FEATURES : [],
    code: () => shaderOf(tiling, product, code()),
  };
}

function shaderOf(tiling: Tiling, product: Product, code: ProductCode): string {
  if (isOfMatrices(tiling)) return inMatrices(tiling, product, code);
  return (tiling.depth > 0 ? inSharedMemory : inRegisters)(tiling, product, code);
}

/** Rows that `writeSum` of a product's code writes. */
export function sumRows(tiling: Tiling, { rows: all }: ProductSizes): number {
  const workgroups = groups(all, tiling.rows);
  if (isOfMatrices(tiling)) return workgroups * matrixSumRows(tiling);
  if (tiling.depth > 0) return workgroups * (tiling.rows / tiling.threadRows);
  return groups(all, tiling.threadRows);
}
