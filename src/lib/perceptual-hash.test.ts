import { describe, expect, it } from 'vitest';
import { groupAlikes, LookAlikes } from './look-alikes.ts';
import { LOOK_SIDE, lookOf, looksAlike, parseLook } from './perceptual-hash.ts';
import { createRng } from './rng.ts';

type Paint = (x: number, y: number) => readonly [number, number, number];

/** Draws 32 × 32 pixels of a picture that goes from 0 to 1 both ways. */
function pixels(paint: Paint): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(4 * LOOK_SIDE * LOOK_SIDE);
  for (let i = 0; i < LOOK_SIDE * LOOK_SIDE; i++) {
    const [x, y] = [i % LOOK_SIDE, Math.floor(i / LOOK_SIDE)];
    rgba.set([...paint((x + 0.5) / LOOK_SIDE, (y + 0.5) / LOOK_SIDE), 255], 4 * i);
  }
  return rgba;
}

/** Discs of colour over and beside each other, with edges as things in photographs have them. */
function scene(seed: number): Paint {
  const rng = createRng(seed, 'scene');
  const discs = Array.from({ length: 12 }, () => ({
    at: [rng.uniform(), rng.uniform()] as const,
    radius: 0.08 + 0.25 * rng.uniform(),
    colour: [30 + 180 * rng.uniform(), 30 + 180 * rng.uniform(), 30 + 180 * rng.uniform()] as const,
  }));
  return (x, y) => {
    const top = discs.find(({ at, radius }) => Math.hypot(x - at[0], y - at[1]) < radius);
    return top?.colour ?? [120, 110, 100];
  };
}

const look = (paint: Paint) => {
  const parsed = parseLook(lookOf(pixels(paint)));
  if (!parsed) throw new Error('A look must be read as it was written.');
  return parsed;
};

describe('looks', () => {
  const seeds = Array.from({ length: 30 }, (_, seed) => seed);

  it('stay alike under shifts, brightness, contrast and noise', () => {
    for (const seed of seeds) {
      const original = scene(seed);
      const noise = createRng(seed, 'noise');
      const copies: Paint[] = [
        (x, y) => original(x + 0.01, y - 0.01),
        (x, y) => {
          const [red, green, blue] = original(x, y);
          return [1.2 * red - 10, 1.2 * green - 10, 1.2 * blue - 10];
        },
        (x, y) => {
          const [red, green, blue] = original(x, y);
          const change = 3 * noise.normal();
          return [red + change, green + change, blue + change];
        },
      ];
      for (const copy of copies) expect(looksAlike(look(original), look(copy))).toBe(true);
    }
  });

  it('tell different scenes apart, and the same shapes in other colours', () => {
    for (const seed of seeds) {
      const other = scene(seed + 1000);
      expect(looksAlike(look(scene(seed)), look(other))).toBe(false);
      const turned: Paint = (x, y) => {
        const [red, green, blue] = other(x, y);
        return [blue, red, green];
      };
      expect(looksAlike(look(other), look(turned))).toBe(false);
    }
  });

  it('take plain pictures of whatever colour for alike, and nothing else for them', () => {
    const plain =
      (value: number): Paint =>
      () => [value, value, value];
    expect(looksAlike(look(plain(10)), look(plain(240)))).toBe(true);
    expect(looksAlike(look(plain(128)), look(scene(1)))).toBe(false);
  });

  it.each(['', 'zz', 'ab'.repeat(115), `${'0'.repeat(231)}g`])('do not read %j as one', (text) => {
    expect(parseLook(text)).toBeNull();
  });
});

describe('groups of look-alikes', () => {
  const textOf = (paint: Paint) => lookOf(pixels(paint));

  it('hold together frame by frame, and leave out what is like no other', () => {
    const known = new LookAlikes();
    // Ten frames that drift so far that the last is not like the first.
    const burst = Array.from({ length: 10 }, (_, frame): Paint => {
      const original = scene(3);
      return (x, y) => original(x + 0.03 * frame, y);
    });
    const pictures = [...burst, scene(8)].map((paint, index) => {
      const id = 10 + index;
      return { id, alike: known.add(id, textOf(paint)) };
    });
    expect(looksAlike(look(burst[0]!), look(burst[9]!))).toBe(false);
    expect(groupAlikes(pictures)).toEqual([[10, 11, 12, 13, 14, 15, 16, 17, 18, 19]]);
    expect(groupAlikes(pictures.filter(({ id }) => id < 12 || id > 18))).toEqual([[10, 11]]);
  });

  it('forget what was removed and know what was there before', () => {
    const known = new LookAlikes();
    const text = textOf(scene(1));
    known.take(1, text);
    known.take(2, 'no look at all');
    expect(known.add(3, text)).toEqual([1]);
    known.delete(1);
    expect(known.add(4, text)).toEqual([3]);
  });

  it('are linked for any links, in either direction', () => {
    const alike = [{ id: 1 }, { id: 2, alike: [7, 1] }, { id: 3 }, { id: 4, alike: [3, 2] }];
    expect(groupAlikes(alike)).toEqual([[1, 2, 3, 4]]);
    expect(groupAlikes([{ id: 1 }, { id: 2 }])).toEqual([]);
  });
});
