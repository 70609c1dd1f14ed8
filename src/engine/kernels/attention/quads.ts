/**
 * Four threads that can read each other's registers share a few rows of a head, each a quarter of
 * its width, so that what one reads of a key serves all its rows.
 */
import { times } from '../wgsl.ts';
import { places, product, scaledBy } from './layout.ts';
import { WORKGROUP } from './threads.ts';

const LANES = 4;
/** Keys between two looks at the highest score. */
const KEYS = 4;

/** Vectors of a head that a thread holds. */
const vectorsOf = (width: number): number => width / 4 / LANES;

/** True where every thread's share of a head is made of whole vectors. */
export const isSharedByFour = (width: number): boolean => width % (4 * LANES) === 0;

/** Rows that four threads share in the forward pass; more would not fit their registers. */
export const forwardRows = (width: number): number => (width > 64 ? 2 : 4);
export const BACKWARD_ROWS = 2;

/** Threads for `rows` rows at a time of every head. */
export const threadsFor = (heads: number, tokens: number, rows: number): number =>
  heads * Math.ceil(tokens / rows) * LANES;

/** No thread may leave before the others while they read each other: what is too many repeats the last. */
const setUp = (width: number, rows: number): string => /* wgsl */ `
    let lane = i32(id.x) % ${LANES};
    let perHead = (sizes.tokens + ${rows - 1}) / ${rows};
    let all = sizes.batch * sizes.heads * perHead;
    let quad = min(i32(id.x) / ${LANES}, all - 1);
    let isOne = i32(id.x) / ${LANES} < all;
    let head = (quad / perHead) % sizes.heads;
    let batch = quad / perHead / sizes.heads;
    let first = (quad % perHead) * ${rows};
    let offset = lane * ${vectorsOf(width)};
    let firstRow = (batch * sizes.heads + head) * sizes.tokens;
    ${times(rows, (row) => `let token${row} = min(first + ${row}, sizes.tokens - 1);`)}
`;

/** Sums over the four threads, of numbers or of vectors of them. */
const sumLanes = (name: string): string => /* wgsl */ `
    ${name} += quadSwapX(${name});
    ${name} += quadSwapY(${name});
`;

const main = (body: string): string => /* wgsl */ `
  @compute @workgroup_size(${WORKGROUP})
  fn main(
    @builtin(global_invocation_id) id : vec3<u32>,
    @builtin(workgroup_id) group : vec3<u32>,
  ) {
    ${body}
  }
`;

export const forwardByFour = (width: number): string => {
  const rows = forwardRows(width);
  const vectors = vectorsOf(width);
  const each = (line: (row: number, vector: number) => string): string =>
    times(rows, (row) => times(vectors, (vector) => line(row, vector)));
  const type = `vec${rows}<f32>`;
  return /* wgsl */ `
    ${places(width)}
    ${main(/* wgsl */ `
      ${setUp(width, rows)}
      ${each(
        (row, i) => /* wgsl */ `
        let q${row}_${i} = qkv[inQkv(batch, token${row}, 0, head) + offset + ${i}] * SCALE;
        var o${row}_${i} = vec4<f32>(0.0);`,
      )}
      var highest = ${type}(-3.4e38);
      var sum = ${type}(0.0);
      for (var start = 0; start < sizes.tokens; start += ${KEYS}) {
        ${times(
          KEYS,
          (t) => /* wgsl */ `
          var s${t} = ${type}(0.0);
          {
            let key = inQkv(batch, min(start + ${t}, sizes.tokens - 1), 1, head) + offset;
            ${times(vectors, (i) => `let k${i} = qkv[key + ${i}];`)}
            ${times(rows, (row) => {
              const score = product(
                vectors,
                (i) => `q${row}_${i}`,
                (i) => `k${i}`,
              );
              return `s${t}[${row}] = ${score};`;
            })}
          }
          ${sumLanes(`s${t}`)}
          if (start + ${t} >= sizes.tokens) { s${t} = ${type}(-3.4e38); }`,
        )}
        let high = max(highest, max(max(s0, s1), max(s2, s3)));
        let shrink = exp(highest - high);
        highest = high;
        sum *= shrink;
        ${each((row, i) => `o${row}_${i} *= shrink[${row}];`)}
        ${times(
          KEYS,
          (t) => /* wgsl */ `{
          let weight = exp(s${t} - high);
          sum += weight;
          let value = inQkv(batch, min(start + ${t}, sizes.tokens - 1), 2, head) + offset;
          ${times(vectors, (i) => `let v${i} = qkv[value + ${i}];`)}
          ${each((row, i) => `o${row}_${i} += weight[${row}] * v${i};`)}
        }`,
        )}
      }
      ${times(
        rows,
        (row) => /* wgsl */ `
        if (isOne && first + ${row} < sizes.tokens) {
          let place = inOutput(batch, token${row}, head) + offset;
          ${times(vectors, (i) => `output[place + ${i}] = o${row}_${i} / sum[${row}];`)}
          if (lane == 0) { logSums[firstRow + token${row}] = highest[${row}] + log(sum[${row}]); }
        }`,
      )}
    `)}
  `;
};

/**
 * Workgroups of the first row make ∂L/∂q, those of the second ∂L/∂k and ∂L/∂v. What scales the other
 * tokens goes with a row's own numbers, and with its result.
 */
export const backwardByFour = (width: number, isScaled: boolean): string => {
  const rows = BACKWARD_ROWS;
  const vectors = vectorsOf(width);
  const scale = scaledBy(isScaled, 'head');
  const by = (part: number, i: number): string => scale(part, `offset + ${i}`);
  const each = (line: (row: number, vector: number) => string): string =>
    times(rows, (row) => times(vectors, (vector) => line(row, vector)));
  /** Of both rows: their scores first, then how their probabilities' gradients begin. */
  const both = (a: string, b: string, c: string, d: string): string => /* wgsl */ `
        var both = vec4<f32>(${[0, 1]
          .map((row) => productOf(vectors, `${a}${row}_`, b))
          .concat([0, 1].map((row) => productOf(vectors, `${c}${row}_`, d)))
          .join(', ')});
        ${sumLanes('both')}`;
  const mine = (part: number, row: number): string =>
    `inQkv(batch, token${row}, ${part}, head) + offset`;
  return /* wgsl */ `
    ${places(width)}
    ${main(/* wgsl */ `
      ${setUp(width, rows)}
      if (group.y == 0u) {
        ${each(
          (row, i) => /* wgsl */ `
          let q${row}_${i} = qkv[${mine(0, row)} + ${i}] * SCALE ${by(0, i)} ${by(1, i)};
          let g${row}_${i} = gradient[inOutput(batch, token${row}, head) + offset + ${i}] ${by(2, i)};
          var d${row}_${i} = vec4<f32>(0.0);`,
        )}
        let logSum = vec2<f32>(logSums[firstRow + token0], logSums[firstRow + token1]);
        let taken = vec2<f32>(along[firstRow + token0], along[firstRow + token1]);
        for (var token = 0; token < sizes.tokens; token++) {
          let key = inQkv(batch, token, 1, head) + offset;
          let value = inQkv(batch, token, 2, head) + offset;
          ${times(vectors, (i) => `let k${i} = qkv[key + ${i}]; let v${i} = qkv[value + ${i}];`)}
          ${both('q', 'k', 'g', 'v')}
          let factor = exp(both.xy - logSum) * (both.zw - taken) * SCALE;
          ${each((row, i) => `d${row}_${i} += factor[${row}] * k${i};`)}
        }
        ${times(
          rows,
          (row) => /* wgsl */ `
          if (isOne && first + ${row} < sizes.tokens) {
            ${times(vectors, (i) => `result[${mine(0, row)} + ${i}] = d${row}_${i} ${by(1, i)};`)}
          }`,
        )}
      } else {
        ${each(
          (row, i) => /* wgsl */ `
          let k${row}_${i} = qkv[${mine(1, row)} + ${i}] * SCALE ${by(1, i)} ${by(0, i)};
          let v${row}_${i} = qkv[${mine(2, row)} + ${i}] ${by(2, i)};
          var dk${row}_${i} = vec4<f32>(0.0);
          var dv${row}_${i} = vec4<f32>(0.0);`,
        )}
        for (var token = 0; token < sizes.tokens; token++) {
          let query = inQkv(batch, token, 0, head) + offset;
          let answer = inOutput(batch, token, head) + offset;
          ${times(vectors, (i) => `let q${i} = qkv[query + ${i}]; let g${i} = gradient[answer + ${i}];`)}
          ${both('k', 'q', 'v', 'g')}
          let probability = exp(both.xy - logSums[firstRow + token]);
          let factor = probability * (both.zw - along[firstRow + token]) * SCALE;
          ${each(
            (row, i) => /* wgsl */ `
            dv${row}_${i} += probability[${row}] * g${i};
            dk${row}_${i} += factor[${row}] * q${i};`,
          )}
        }
        ${times(
          rows,
          (row) => /* wgsl */ `
          if (isOne && first + ${row} < sizes.tokens) {
            ${times(
              vectors,
              (i) => /* wgsl */ `
              result[${mine(1, row)} + ${i}] = dk${row}_${i} ${by(0, i)};
              result[${mine(2, row)} + ${i}] = dv${row}_${i};`,
            )}
          }`,
        )}
      }
    `)}
  `;
};

const productOf = (vectors: number, a: string, b: string): string =>
  product(
    vectors,
    (i) => `${a}${i}`,
    (i) => `${b}${i}`,
  );
