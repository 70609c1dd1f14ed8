import { useState } from 'react';
import type { ScaleCursor } from '../../charts/scale-cursor.ts';

const PIN_LIMIT = 6;

/** Channels kept in view; pinning one again lets it go, and the oldest makes room. */
export function usePins(): {
  readonly pins: readonly ScaleCursor[];
  readonly toggle: (pin: ScaleCursor) => void;
} {
  const [pins, setPins] = useState<readonly ScaleCursor[]>([]);
  const toggle = (pin: ScaleCursor) =>
    setPins((present) => {
      const others = present.filter((other) => !isSame(other, pin));
      return others.length < present.length ? others : [...present, pin].slice(-PIN_LIMIT);
    });
  return { pins, toggle };
}

function isSame(a: ScaleCursor, b: ScaleCursor): boolean {
  return a.site === b.site && a.channel === b.channel;
}
