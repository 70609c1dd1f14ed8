/** Kernels that make every number of their output from the same number of their inputs. */
import { address, int } from './args';
import { gelu } from './gelu';

/** Numbers a unit. */
export const UNIT: i32 = 8192;

export const GELU: i32 = 0;
export const ADD: i32 = 2;
export const MULTIPLY: i32 = 3;
export const RELU: i32 = 4;
export const RELU_GRADIENT: i32 = 5;

/** Arguments: operation, a, b, output, numbers. An operation of one input has its address twice. */
export function elementwise(args: usize, unit: i32): void {
  const operation = int(args, 0);
  const first = unit * UNIT;
  const count = min(UNIT, int(args, 4) - first);
  const start = (<usize>first) << 2;
  let a = address(args, 1) + start;
  let b = address(args, 2) + start;
  let to = address(args, 3) + start;
  const end = to + ((<usize>count) << 2);
  for (; to + 16 <= end; to += 16, a += 16, b += 16) {
    v128.store(to, compute(operation, v128.load(a), v128.load(b)));
  }
  for (; to < end; to += 4, a += 4, b += 4) {
    const value = compute(operation, v128.load32_zero(a), v128.load32_zero(b));
    store<f32>(to, f32x4.extract_lane(value, 0));
  }
}

function compute(operation: i32, a: v128, b: v128): v128 {
  switch (operation) {
    case GELU:
      return gelu(a);
    case ADD:
      return f32x4.add(a, b);
    case MULTIPLY:
      return f32x4.mul(a, b);
    case RELU:
      return f32x4.max(a, f32x4.splat(0));
    default:
      return v128.and(a, f32x4.gt(b, f32x4.splat(0)));
  }
}
