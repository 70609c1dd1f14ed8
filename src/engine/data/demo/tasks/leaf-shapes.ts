import { createRng, type Rng } from '../../../../lib/rng.ts';
import { DRAWN_TRAINING, forClass, type DemoTask } from '../contract.ts';
import { between, chance, mix, pick, smoothstep } from '../drawing/draw.ts';
import { blur, createField, update, type Field } from '../drawing/field.ts';
import { randomLamp, shade } from '../drawing/lighting.ts';
import { createNoise, fractal } from '../drawing/noise.ts';
import { photograph, type Colour, type Planes } from '../drawing/photograph.ts';
import { createGround } from '../leaf/ground.ts';
import {
  entireLeaf,
  lobedLeaf,
  palmateLeaf,
  pinnateLeaf,
  serratedLeaf,
  type LeafShape,
} from '../leaf/shapes.ts';

const SIZE = 128;
const name = 'leaf-shapes';

const shapes: ReadonlyMap<string, (rng: Rng) => LeafShape> = new Map([
  ['entire', entireLeaf],
  ['serrated', serratedLeaf],
  ['lobed', lobedLeaf],
  ['palmate', palmateLeaf],
  ['pinnate', pinnateLeaf],
]);
const classes = [...shapes.keys()];
const kinds = [...shapes.values()];

const pigments: readonly Colour[] = [
  [0.22, 0.4, 0.13],
  [0.36, 0.52, 0.2],
  [0.16, 0.31, 0.2],
  [0.68, 0.56, 0.18],
  [0.6, 0.28, 0.13],
  [0.45, 0.33, 0.2],
];

/** Single leaves on the ground, told apart by their outline. */
export const task: DemoTask = {
  card: {
    name,
    label: 'Leaf shapes',
    summary: 'Name the outline of a leaf: entire, serrated, lobed, palmate or pinnate.',
    classes,
    imagesPerClass: 60,
    training: DRAWN_TRAINING,
  },
  size: SIZE,
  render(classIndex, index, seed) {
    const rng = createRng(seed, `${name}/${classIndex}/${index}`);
    const createShape = forClass(name, kinds, classIndex);
    const scene = createGround(rng, SIZE);
    const leaf = poseLeaf(createShape(rng), rng);
    castShadow(scene, leaf.cover, rng);
    colourLeaf(scene, leaf, rng);
    return photograph(scene, rng, {
      blur: [0.35, 1],
      noise: [0.006, 0.022],
      exposure: [0.75, 1.2],
      falloff: 0.3,
    });
  },
};

interface PosedLeaf {
  /** Share of each pixel that the leaf covers. */
  readonly cover: Field;
  readonly height: Field;
  readonly veins: Field;
}

/** Lays the leaf down: turned, sized, bent, foreshortened, its margin a little worn. */
function poseLeaf(shape: LeafShape, rng: Rng): PosedLeaf {
  const angle = between(rng, 0, 2 * Math.PI);
  const length = shape.length * SIZE * between(rng, 0.72, 1.12);
  const squeeze = between(rng, 0.72, 1);
  const bend = between(rng, -0.35, 0.35);
  const fold = between(rng, -3, 6);
  const centreX = SIZE * between(rng, 0.4, 0.6);
  const centreY = SIZE * between(rng, 0.4, 0.6);
  const noise = createNoise(rng);
  const wear = between(rng, 0.005, 0.02);
  const cover = createField(SIZE);
  const height = createField(SIZE);
  const veins = createField(SIZE);
  const cos = Math.cos(angle) / length;
  const sin = Math.sin(angle) / length;
  update(cover, (x, y) => {
    const u = (x - centreX) * cos + (y - centreY) * sin + 0.5;
    const straight = ((y - centreY) * cos - (x - centreX) * sin) / squeeze;
    if (Math.abs(u - 0.5) > 0.75 || Math.abs(straight) > 0.75) return 0;
    const v = straight + bend * (u - 0.5) * (u - 0.5) + wear * noise(x * 0.09, y * 0.09);
    const margin = shape.inside(u, v) * length;
    if (margin < -0.8) return 0;
    const i = y * SIZE + x;
    const vein = shape.vein(u, v);
    veins.values[i] = vein;
    height.values[i] = 0.7 * vein + fold * Math.abs(v) + 1.2 * noise(x * 0.05 + 50, y * 0.05);
    return smoothstep(-0.8, 0.8, margin);
  });
  if (chance(rng, 0.35)) eatHoles(cover, rng);
  return { cover, height, veins };
}

/** A caterpillar's holes. */
function eatHoles(cover: Field, rng: Rng): void {
  const count = 1 + rng.integer(3);
  const holes = Array.from({ length: count }, () => ({
    x: SIZE * between(rng, 0.25, 0.75),
    y: SIZE * between(rng, 0.25, 0.75),
    radius: between(rng, 1.5, 4.5),
  }));
  update(cover, (x, y, value) => {
    if (value === 0) return 0;
    const rest = holes.map(({ x: left, y: top, radius }) =>
      smoothstep(-0.8, 0.8, Math.sqrt((x - left) ** 2 + (y - top) ** 2) - radius),
    );
    return value * Math.min(...rest);
  });
}

function castShadow(scene: Planes, cover: Field, rng: Rng): void {
  const shadow = createField(SIZE);
  const dx = Math.round(between(rng, -4, 4));
  const dy = Math.round(between(rng, -4, 4));
  const depth = between(rng, 0.2, 0.6);
  update(shadow, (x, y) => {
    const column = x - dx;
    const row = y - dy;
    const outside = column < 0 || row < 0 || column >= SIZE || row >= SIZE;
    return outside ? 0 : cover.values[row * SIZE + column]!;
  });
  blur(shadow, between(rng, 0.8, 2.5));
  for (const plane of [scene.red, scene.green, scene.blue]) {
    update(plane, (x, y, value) => value * (1 - depth * shadow.values[y * SIZE + x]!));
  }
}

/** Paints the leaf over the scene: two pigments in patches, pale or dark veins, light on the relief. */
function colourLeaf(scene: Planes, { cover, height, veins }: PosedLeaf, rng: Rng): void {
  const first = pick(rng, pigments);
  const second = pick(rng, pigments);
  const patchiness = between(rng, 0, 0.5);
  const veinTone = between(rng, -0.25, 0.55);
  const brightness = between(rng, 0.8, 1.25);
  const noise = createNoise(rng);
  const patches = createField(SIZE);
  update(patches, (x, y) => {
    const i = y * SIZE + x;
    return cover.values[i] === 0 ? 0 : 0.5 + fractal(noise, x * 0.06, y * 0.06, 3);
  });
  const lamp = randomLamp(rng, 0.6, 1.2);
  const { diffuse, specular } = shade(height, lamp, 14);
  const gloss = between(rng, 0, 0.16);
  const planes = [scene.red, scene.green, scene.blue];
  planes.forEach((plane, channel) => {
    update(plane, (x, y, ground) => {
      const i = y * SIZE + x;
      const share = cover.values[i]!;
      if (share === 0) return ground;
      const pigment = mix(first[channel]!, second[channel]!, patchiness * patches.values[i]!);
      const blade = brightness * pigment * (1 + veinTone * veins.values[i]!);
      const lit = blade * (0.4 + 0.6 * diffuse.values[i]!) + gloss * specular.values[i]!;
      return mix(ground, lit, share);
    });
  });
}
