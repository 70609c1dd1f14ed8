export interface HeadLayout {
  readonly batch: number;
  readonly tokens: number;
  readonly heads: number;
  readonly width: number;
}

/** WGSL of where a head's token lies in qkv, and in what heads have joined; in vectors. */
export const places = (width: number): string => /* wgsl */ `
  const WIDTH = ${width / 4};
  const SCALE = ${1 / Math.sqrt(width)};
  fn inQkv(batch : i32, token : i32, part : i32, head : i32) -> i32 {
    return (((batch * sizes.tokens + token) * 3 + part) * sizes.heads + head) * WIDTH;
  }
  fn inOutput(batch : i32, token : i32, head : i32) -> i32 {
    return ((batch * sizes.tokens + token) * sizes.heads + head) * WIDTH;
  }
`;

/** Σ over some vectors of one times another. */
export const product = (
  vectors: number,
  a: (vector: number) => string,
  b: (vector: number) => string,
): string =>
  Array.from({ length: vectors }, (_, vector) => `dot(${a(vector)}, ${b(vector)})`).join(' + ');

/** WGSL of "times what scales vector `vector` of `part` of a head's qkv", where it is scaled at all. */
export const scaledBy =
  (isScaled: boolean, head: string) =>
  (part: number, vector: string): string =>
    isScaled ? `* scale[(${part} * sizes.heads + ${head}) * WIDTH + ${vector}]` : '';
