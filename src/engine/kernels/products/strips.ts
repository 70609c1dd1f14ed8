/** How a workgroup brings strips of both sides of a product into its shared memory. */
import { times } from '../wgsl.ts';
import type { ProductCode } from './contract.ts';

/** Of a workgroup, lengths in vectors of four. */
export interface Shares {
  readonly depth: number;
  readonly rows: number;
  readonly columns: number;
  readonly threads: number;
}

export interface Strip {
  readonly declare: string;
  /** From the buffer into registers; zeros beyond the end of `inner`. */
  readonly fetch: string;
  /** From the registers into shared memory. */
  readonly store: string;
}

/**
 * `along`: vectors run across the strip, not along `inner`. `keep` says how vector number `q` of the
 * strip, which vectors make up line by line, is stored.
 */
export function strip(
  side: 'left' | 'right',
  along: boolean,
  { depth, rows, columns, threads }: Shares,
  { left, right, factor }: ProductCode,
  keep: (q: string, value: string) => string,
): Strip {
  const isLeft = side === 'left';
  const width = isLeft ? rows : columns;
  const each = (width * 4 * depth) / threads;
  const all = isLeft ? 'sizes.rows' : '4 * sizes.columns';
  const first = isLeft ? 'firstRow' : '4 * firstColumn';
  const read = isLeft ? (place: string) => `${left}[${place}]` : right;
  const scale = isLeft && factor ? `* ${factor}[min(k, sizes.inner - 1)]` : '';
  const start = `batch * ${all} * sizes.inner`;
  const fetch = along
    ? (i: number) => /* wgsl */ `{
        let q = local + ${i * threads};
        let k = 4 * k0 + q / ${width};
        let at = min((${first}) / 4 + q % ${width}, (${all}) / 4 - 1);
        let value = ${read(`${start} + min(k, 4 * sizes.inner - 1) * ((${all}) / 4) + at`)};
        ${side}${i} = select(vec4<f32>(0.0), value, k < 4 * sizes.inner);
      }`
    : (i: number) => /* wgsl */ `{
        let q = local + ${i * threads};
        let k = k0 + q % ${depth};
        let at = min(${first} + q / ${depth}, ${all} - 1);
        let value = ${read(`${start} + at * sizes.inner + min(k, sizes.inner - 1)`)} ${scale};
        ${side}${i} = select(vec4<f32>(0.0), value, k < sizes.inner);
      }`;
  return {
    declare: times(each, (i) => `var ${side}${i} : vec4<f32>;`),
    fetch: times(each, fetch),
    store: times(each, (i) => `{ let q = local + ${i * threads}; ${keep('q', `${side}${i}`)} }`),
  };
}
