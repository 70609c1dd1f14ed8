/** A thread takes a query, and in the backward pass a key and its value as well. */
import { times } from '../wgsl.ts';
import { places as headPlaces, product as productOf, scaledBy } from './layout.ts';

export const WORKGROUP = 64;

const places = (width: number): string => /* wgsl */ `
  ${headPlaces(width)}
  struct Place { batch : i32, head : i32, token : i32 }
  fn placeOf(index : i32) -> Place {
    let row = index / sizes.tokens;
    return Place(row / sizes.heads, row % sizes.heads, index % sizes.tokens);
  }
`;

const main = (body: string): string => /* wgsl */ `
  @compute @workgroup_size(${WORKGROUP})
  fn main(@builtin(global_invocation_id) id : vec3<u32>) {
    let index = i32(id.x);
    if (index >= sizes.batch * sizes.heads * sizes.tokens) { return; }
    let at = placeOf(index);
    ${body}
  }
`;

/** The same line for every vector of a head. */
const each = (width: number, line: (part: number) => string): string => times(width / 4, line);

/** Σ over the head of one vector times another. */
const product = (width: number, a: (part: number) => string, b: (part: number) => string): string =>
  productOf(width / 4, a, b);

export const forwardAlone = (width: number): string => /* wgsl */ `
  ${places(width)}
  ${main(/* wgsl */ `
    let own = inQkv(at.batch, at.token, 0, at.head);
    ${each(width, (i) => `let q${i} = qkv[own + ${i}] * SCALE; var o${i} = vec4<f32>(0.0);`)}
    var highest = -3.4e38;
    var sum = 0.0;
    for (var token = 0; token < sizes.tokens; token++) {
      let key = inQkv(at.batch, token, 1, at.head);
      let value = inQkv(at.batch, token, 2, at.head);
      let score = ${product(
        width,
        (i) => `q${i}`,
        (i) => `qkv[key + ${i}]`,
      )};
      if (score > highest) {
        let shrink = exp(highest - score);
        highest = score;
        sum *= shrink;
        ${each(width, (i) => `o${i} *= shrink;`)}
      }
      let weight = exp(score - highest);
      sum += weight;
      ${each(width, (i) => `o${i} += weight * qkv[value + ${i}];`)}
    }
    let place = inOutput(at.batch, at.token, at.head);
    ${each(width, (i) => `output[place + ${i}] = o${i} / sum;`)}
    logSums[index] = highest + log(sum);
  `)}
`;

/** Σ over the head of output ⊙ gradient: what softmax takes off every gradient of its row. */
export const alongGradient = (width: number): string => /* wgsl */ `
  ${places(width)}
  ${main(/* wgsl */ `
    let place = inOutput(at.batch, at.token, at.head);
    along[index] = ${product(
      width,
      (i) => `output[place + ${i}]`,
      (i) => `gradient[place + ${i}]`,
    )};
  `)}
`;

/**
 * Threads of the first row of workgroups make ∂L/∂q, those of the second ∂L/∂k and ∂L/∂v. What scales
 * the other tokens goes with a thread's own numbers, and with its result.
 */
export const backwardAlone = (width: number, isScaled: boolean): string => {
  const scale = scaledBy(isScaled, 'at.head');
  const by = (part: number, i: number): string => scale(part, String(i));
  return /* wgsl */ `
  ${places(width)}
  fn query(index : i32, at : Place) {
    let own = inQkv(at.batch, at.token, 0, at.head);
    let answer = inOutput(at.batch, at.token, at.head);
    ${each(
      width,
      (i) => /* wgsl */ `
      let q${i} = qkv[own + ${i}] * SCALE ${by(0, i)} ${by(1, i)};
      let g${i} = gradient[answer + ${i}] ${by(2, i)};
      var d${i} = vec4<f32>(0.0);`,
    )}
    let logSum = logSums[index];
    let taken = along[index];
    for (var token = 0; token < sizes.tokens; token++) {
      let key = inQkv(at.batch, token, 1, at.head);
      let value = inQkv(at.batch, token, 2, at.head);
      let score = ${product(
        width,
        (i) => `q${i}`,
        (i) => `qkv[key + ${i}]`,
      )};
      let slope = ${product(
        width,
        (i) => `g${i}`,
        (i) => `qkv[value + ${i}]`,
      )};
      let factor = exp(score - logSum) * (slope - taken) * SCALE;
      ${each(width, (i) => `d${i} += factor * qkv[key + ${i}];`)}
    }
    ${each(width, (i) => `result[own + ${i}] = d${i} ${by(1, i)};`)}
  }
  fn keyAndValue(at : Place) {
    let key = inQkv(at.batch, at.token, 1, at.head);
    let value = inQkv(at.batch, at.token, 2, at.head);
    ${each(
      width,
      (i) => /* wgsl */ `
      let k${i} = qkv[key + ${i}] * SCALE ${by(1, i)} ${by(0, i)};
      let v${i} = qkv[value + ${i}] ${by(2, i)};
      var dk${i} = vec4<f32>(0.0);
      var dv${i} = vec4<f32>(0.0);`,
    )}
    let first = (at.batch * sizes.heads + at.head) * sizes.tokens;
    for (var token = 0; token < sizes.tokens; token++) {
      let other = inQkv(at.batch, token, 0, at.head);
      let answer = inOutput(at.batch, token, at.head);
      let score = ${product(
        width,
        (i) => `k${i}`,
        (i) => `qkv[other + ${i}]`,
      )};
      let slope = ${product(
        width,
        (i) => `v${i}`,
        (i) => `gradient[answer + ${i}]`,
      )};
      let probability = exp(score - logSums[first + token]);
      let factor = probability * (slope - along[first + token]) * SCALE;
      ${each(
        width,
        (i) => /* wgsl */ `
        dv${i} += probability * gradient[answer + ${i}];
        dk${i} += factor * qkv[other + ${i}];`,
      )}
    }
    ${each(width, (i) => `result[key + ${i}] = dk${i} ${by(0, i)}; result[value + ${i}] = dv${i};`)}
  }
  @compute @workgroup_size(${WORKGROUP})
  fn main(@builtin(global_invocation_id) id : vec3<u32>) {
    let index = i32(id.x);
    if (index >= sizes.batch * sizes.heads * sizes.tokens) { return; }
    let at = placeOf(index);
    if (id.y == 0u) { query(index, at); } else { keyAndValue(at); }
  }
`;
};
