import type { ScaleSite } from '../../protocol.ts';
import { channelsOfColumn, mostExtreme, rowOf, sortedChannels } from './scale-raster.ts';

/** One channel of one site; both count from 0. */
export interface ScaleCursor {
  readonly site: number;
  readonly channel: number;
}

export interface CursorSpace {
  readonly sites: readonly ScaleSite[];
  readonly values: Float32Array;
  readonly sorted: boolean;
}

/** The channel under a point of the map: the one that the pixel column shows. */
export function cursorAt(
  space: CursorSpace,
  point: { readonly x: number; readonly y: number },
  size: { readonly width: number; readonly height: number },
): ScaleCursor | null {
  const index = clamp(Math.floor((point.y / size.height) * space.sites.length), space.sites.length);
  const site = space.sites[index];
  if (site === undefined || size.width <= 0) return null;
  const columns = Math.max(1, Math.round(size.width));
  const column = clamp(Math.floor((point.x / size.width) * columns), columns);
  const { from, to } = channelsOfColumn(column, columns, site.width);
  const row = rowOf(space.values, site, space.sorted);
  return { site: index, channel: channelAt(space, index, mostExtreme(row, from, to)) };
}

/** Where a channel is drawn in its row: as it lies in the layer, or by rank. */
export function placeOf(space: CursorSpace, cursor: ScaleCursor): number {
  const site = space.sites[cursor.site];
  if (site === undefined || !space.sorted) return cursor.channel;
  return sortedChannels(rowOf(space.values, site, false)).indexOf(cursor.channel);
}

/** The cursor after a key, or null where the key means nothing here. */
export function cursorAfter(
  space: CursorSpace,
  cursor: ScaleCursor,
  key: string,
  stride: number,
): ScaleCursor | null {
  const width = space.sites[cursor.site]?.width ?? 1;
  const place = placeOf(space, cursor);
  switch (key) {
    case 'ArrowLeft':
      return atPlace(space, cursor.site, place - stride);
    case 'ArrowRight':
      return atPlace(space, cursor.site, place + stride);
    case 'Home':
      return atPlace(space, cursor.site, 0);
    case 'End':
      return atPlace(space, cursor.site, width - 1);
    case 'ArrowUp':
      return atRow(space, cursor.site - 1, place / width);
    case 'ArrowDown':
      return atRow(space, cursor.site + 1, place / width);
    default:
      return null;
  }
}

function atPlace(space: CursorSpace, site: number, place: number): ScaleCursor {
  const width = space.sites[site]?.width ?? 1;
  return { site, channel: channelAt(space, site, clamp(place, width)) };
}

function atRow(space: CursorSpace, site: number, share: number): ScaleCursor {
  const index = clamp(site, space.sites.length);
  return atPlace(space, index, Math.floor(share * (space.sites[index]?.width ?? 1)));
}

function channelAt(space: CursorSpace, index: number, place: number): number {
  const site = space.sites[index];
  if (site === undefined || !space.sorted) return place;
  return sortedChannels(rowOf(space.values, site, false))[place] ?? place;
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(count - 1, index));
}
