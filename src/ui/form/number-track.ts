import type { NumberField } from '../../protocol.ts';

export const TRACK_STEPS = 100;

/** Slider position, 0 … 100, of a value. A scale that starts at 0 cannot be logarithmic at its foot: it is cubic there. */
export function toTrack(field: NumberField, value: number): number {
  const inside = Math.min(field.max, Math.max(field.min, value));
  const share = (bend(field, inside) - bend(field, field.min)) / reach(field);
  return Math.round(share * TRACK_STEPS);
}

/** The value at a slider position, with no more digits than a person would write. */
export function fromTrack(field: NumberField, position: number): number {
  if (position <= 0) return field.min;
  if (position >= TRACK_STEPS) return field.max;
  const value = unbend(field, bend(field, field.min) + (position / TRACK_STEPS) * reach(field));
  const rounded = field.integer ? Math.round(value) : Number(value.toPrecision(2));
  return Math.min(field.max, Math.max(field.min, rounded));
}

function reach(field: NumberField): number {
  return bend(field, field.max) - bend(field, field.min) || 1;
}

function bend(field: NumberField, value: number): number {
  if (field.scale === 'linear') return value;
  return field.min > 0 ? Math.log(value) : Math.cbrt(value);
}

function unbend(field: NumberField, bent: number): number {
  if (field.scale === 'linear') return bent;
  return field.min > 0 ? Math.exp(bent) : bent ** 3;
}
