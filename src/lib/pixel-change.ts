/** How a square picture is varied; its numbers are the same whatever applies them. */

/** In pixels of the picture. */
export interface Crop {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Three rows of three factors and an offset: [red, green, blue, 1] → RGB, as bytes from 0 to 255. */
export type ColorMap = readonly [ColorRow, ColorRow, ColorRow];
export type ColorRow = readonly [red: number, green: number, blue: number, offset: number];

/** Cut out, enlarged bilinearly to the picture's own size, mirrored if asked, and recoloured. */
export interface PixelChange {
  readonly crop: Crop;
  readonly mirrored: boolean;
  readonly colors: ColorMap;
}

/** The change that changes nothing. */
export const unchanged = (size: number): PixelChange => ({
  crop: { left: 0, top: 0, width: size, height: size },
  mirrored: false,
  colors: [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
  ],
});
