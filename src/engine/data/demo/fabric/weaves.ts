/** A weave, told by which thread lies on top where a lengthwise (warp) and a crosswise (weft) meet. */
export type Weave = (warp: number, weft: number) => boolean;

/** Over one, under one: a checkerboard. */
export const plain: Weave = (warp, weft) => (warp + weft) % 2 === 0;

/** Over two, under two, a step aside every row: diagonal ribs. */
export const twill: Weave = (warp, weft) => (warp + weft) % 4 < 2;

/** Over four, under one, the bindings scattered: a smooth face of long floats. */
export const satin: Weave = (warp, weft) => (2 * warp + weft) % 5 !== 0;

/** Plain weave of thread pairs: a coarse checkerboard. */
export const basket: Weave = (warp, weft) =>
  (Math.floor(warp / 2) + Math.floor(weft / 2)) % 2 === 0;

/** Twill that turns back every eight threads: zigzag. */
export const herringbone: Weave = (warp, weft) => {
  const place = warp % 16;
  return ((place < 8 ? place : 15 - place) + weft) % 4 < 2;
};
