/** How a workgroup brings strips of both sides of a product into its shared memory. */
import { times } from '../wgsl.ts';
import type { ProductCode, ProductLayout, Runs } from './contract.ts';
import type { Shares } from './shares.ts';

/** How vector `k` of a line of a strip is stored; lines are numbered by `line`. */
export type Keep = (line: string, k: string, value: string) => string;

/** WGSL of `halved`, for strips in half precision. */
export const halving = /* wgsl */ `
  const LARGEST = vec4<f32>(65504.0);
  fn halved(value : vec4<f32>) -> vec4<f16> {
    return vec4<f16>(clamp(value, -LARGEST, LARGEST));
  }
`;

/** WGSL that lifts numbers of the left side before they are halved, and lets results down again. */
export const gainOf = ({
  leftGain,
}: ProductCode): { readonly lift: string; readonly down: string } =>
  leftGain ? { lift: `* ${leftGain}.0`, down: `* ${1 / leftGain}` } : { lift: '', down: '' };

/** WGSL of one side. */
export interface Strip {
  readonly declare: string;
  /** From the buffer into registers; zeros beyond the end of `inner`. */
  readonly fetch: string;
  /** From the registers into shared memory. */
  readonly store: string;
}

/** Of the left side, which says how a workgroup goes along `inner`: alike in all its threads. */
export interface LeftStrip extends Strip {
  /** From `k0` = 0 to where the first strip begins. */
  readonly begin: string;
  /** From there to where the next one does. */
  readonly advance: string;
}

/** `along`: a strip's lines run across it, not along `inner`. */
export function strip(
  side: 'left' | 'right',
  along: boolean,
  { depth, rows, columns, threads }: Shares,
  { left, right, factors = [] }: ProductCode,
  keep: Keep,
): Strip {
  const isLeft = side === 'left';
  const width = isLeft ? rows : columns;
  const all = isLeft ? 'sizes.rows' : '4 * sizes.columns';
  const first = isLeft ? 'firstRow' : '4 * firstColumn';
  const read = isLeft ? (place: string) => `${left}[${place}]` : right;
  const scale = isLeft ? scaledBy(factors, 'min(k, sizes.inner - 1)') : '';
  const each = (4 * width * depth) / threads;
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
  const length = along ? width : depth;
  return {
    declare: times(each, (i) => `var ${side}${i} : vec4<f32>;`),
    fetch: times(each, fetch),
    store: times(
      each,
      (i) => /* wgsl */ `{
        let q = local + ${i * threads};
        ${keep(`q / ${length}`, `q % ${length}`, `${side}${i}`)}
      }`,
    ),
  };
}

/** The left side where it is a matrix. */
const stripOfMatrix = (
  turned: boolean,
  shares: Shares,
  code: ProductCode,
  keep: Keep,
): LeftStrip => ({
  ...strip('left', turned, shares, code, keep),
  begin: '',
  advance: `k0 += ${shares.depth};`,
});

/** The left side where it is made of runs: a strip ends where a run does, and empty runs are left out. */
function stripOfRuns(
  runs: Runs,
  { depth, rows, threads }: Shares,
  { left, factors = [] }: ProductCode,
  keep: Keep,
): LeftStrip {
  const each = (4 * rows * depth) / threads;
  // Threads are a multiple of the depth: one brings the same of every row that it brings.
  const lane = `local % ${depth}`;
  const row = (i: number): string => `local / ${depth} + ${(i * threads) / depth}`;
  const last = 'sizes.rows - 1';
  const value = (i: number): string =>
    `${left}[start${i} + k] ${scaledBy(factors, 'min(k, sizes.run - 1)')}`;
  const nextFilled = runs.isEmpty
    ? `while (k0 < sizes.inner && ${runs.isEmpty}) { k0 += sizes.run; ${runs.next} }`
    : '';
  return {
    declare: /* wgsl */ `
      ${runs.first}
      ${runs.span?.('firstRow', `min(firstRow + ${4 * rows - 1}, ${last})`) ?? ''}
      var inRun = 0;
      ${times(each, (i) => `var left${i} : vec4<f32>;`)}
      ${times(each, (i) => runs.row(`min(firstRow + ${row(i)}, ${last})`, i))}
    `,
    begin: nextFilled,
    fetch: /* wgsl */ `{
      let k = inRun + ${lane};
      ${times(each, runs.start)}
      ${times(
        each,
        (i) => /* wgsl */ `
          left${i} = select(vec4<f32>(0.0), ${value(i)}, k < sizes.run && start${i} >= 0);`,
      )}
    }`,
    store: times(each, (i) => `{ ${keep(row(i), lane, `left${i}`)} }`),
    advance: /* wgsl */ `
      k0 += ${depth};
      inRun += ${depth};
      if (inRun >= sizes.run) {
        k0 += sizes.run - inRun;
        inRun = 0;
        ${runs.next}
        ${nextFilled}
      }
    `,
  };
}

export const leftStrip = (
  { runs, leftTurned }: ProductLayout,
  shares: Shares,
  code: ProductCode,
  keep: Keep,
): LeftStrip =>
  runs ? stripOfRuns(runs, shares, code, keep) : stripOfMatrix(leftTurned, shares, code, keep);

/** Strip after strip along `inner`: each is multiplied by `multiply` while the next ones are fetched. */
export const alongStrips = (left: LeftStrip, right: Strip, multiply: string): string => /* wgsl */ `
  ${left.declare} ${right.declare}
  var k0 = 0;
  ${left.begin}
  ${left.fetch} ${right.fetch}
  while (k0 < sizes.inner) {
    workgroupBarrier();
    ${left.store} ${right.store}
    workgroupBarrier();
    ${left.advance}
    ${left.fetch} ${right.fetch}
    ${multiply}
  }
`;

const scaledBy = (factors: readonly string[], k: string): string =>
  factors.map((factor) => `* ${factor}[${k}]`).join(' ');
