import type { ScaleSite } from '../../protocol.ts';
import { paletteIndex, type Palette } from './diverging.ts';

/**
 * The scale map in pixels. Every row spans the full width whatever its site's width is:
 * a channel is wider than a pixel column, or a column stands for several channels and
 * shows the one farthest from 1, so that no outlier is hidden.
 */

/** Channels [from, to) that pixel column `column` of `columns` stands for. */
export function channelsOfColumn(
  column: number,
  columns: number,
  width: number,
): { from: number; to: number } {
  const from = Math.floor((column * width) / columns);
  return { from, to: Math.max(from + 1, Math.floor(((column + 1) * width) / columns)) };
}

/** The channel in [from, to) farthest from 1. */
export function mostExtreme(row: Float32Array, from: number, to: number): number {
  let extreme = from;
  let distance = -1;
  for (let channel = from; channel < to; channel++) {
    const away = Math.abs((row[channel] ?? 1) - 1);
    if (away > distance) {
      distance = away;
      extreme = channel;
    }
  }
  return extreme;
}

/** A site's scales: as they lie in the layer, or from the strongest to the weakest. */
export function rowOf(values: Float32Array, site: ScaleSite, sorted: boolean): Float32Array {
  const row = values.subarray(site.offset, site.offset + site.width);
  return sorted ? row.slice().sort().reverse() : row;
}

/** The layer's channel at each place of a sorted row. */
export function sortedChannels(row: Float32Array): Uint32Array {
  const channels = Uint32Array.from(row, (_, channel) => channel);
  return channels.sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0) || a - b);
}

export interface RasterOptions {
  readonly sites: readonly ScaleSite[];
  readonly values: Float32Array;
  readonly columns: number;
  readonly sorted: boolean;
  readonly range: number;
  readonly palette: Palette;
}

/** Paints `pixels` [sites, columns]. */
export function paintScales(pixels: Uint32Array, options: RasterOptions): void {
  const { sites, values, columns, sorted, range, palette } = options;
  sites.forEach((site, index) => {
    const row = rowOf(values, site, sorted);
    const start = index * columns;
    for (let column = 0; column < columns; column++) {
      const { from, to } = channelsOfColumn(column, columns, site.width);
      const scale = row[mostExtreme(row, from, to)] ?? 1;
      pixels[start + column] = palette[paletteIndex(scale, range)] ?? 0;
    }
  });
}

export interface ChannelScale {
  readonly site: ScaleSite;
  readonly channel: number;
  readonly scale: number;
}

/** The `count` largest and the `count` smallest scales of the whole network. */
export function strongestChannels(
  sites: readonly ScaleSite[],
  values: Float32Array,
  count: number,
): { potentiated: ChannelScale[]; depressed: ChannelScale[] } {
  const potentiated: ChannelScale[] = [];
  const depressed: ChannelScale[] = [];
  for (const site of sites) {
    for (let channel = 0; channel < site.width; channel++) {
      const scale = values[site.offset + channel] ?? 1;
      const found = { site, channel, scale };
      if (scale > 1) keepFirst(potentiated, found, count, (a, b) => b.scale - a.scale);
      if (scale < 1) keepFirst(depressed, found, count, (a, b) => a.scale - b.scale);
    }
  }
  return { potentiated, depressed };
}

function keepFirst<T>(list: T[], item: T, count: number, order: (a: T, b: T) => number): void {
  const last = list[count - 1];
  if (last !== undefined && order(item, last) >= 0) return;
  const place = list.findIndex((other) => order(item, other) < 0);
  list.splice(place < 0 ? list.length : place, 0, item);
  list.length = Math.min(list.length, count);
}

/** The distance from 1 that all but one in two hundred of the scales stay within. */
export function typicalDistance(values: Float32Array): number {
  const distances = values.map((scale) => Math.abs(scale - 1)).sort();
  return distances[Math.floor(0.995 * (distances.length - 1))] ?? 0;
}
