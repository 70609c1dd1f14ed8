/** A kernel's arguments: one word after the other, addresses in bytes, as `SimdModule.run` writes them. */

export function int(args: usize, index: usize): i32 {
  return load<i32>(args + (index << 2));
}

export function address(args: usize, index: usize): usize {
  return load<usize>(args + (index << 2));
}

export function float(args: usize, index: usize): f32 {
  return load<f32>(args + (index << 2));
}
