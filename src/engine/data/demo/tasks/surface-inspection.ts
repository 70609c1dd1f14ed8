import { createRng, type Rng } from '../../../../lib/rng.ts';
import { DRAWN_TRAINING, forClass, type DemoTask } from '../contract.ts';
import { between } from '../drawing/draw.ts';
import { createField, update } from '../drawing/field.ts';
import { randomLamp, shade } from '../drawing/lighting.ts';
import { photograph, type Colour, type Planes } from '../drawing/photograph.ts';
import { crack, pit, scratch, stain, type Defect } from '../surface/defects.ts';
import { createMetal, type Metal } from '../surface/metal.ts';

const SIZE = 128;
const name = 'surface-inspection';

const defects: ReadonlyMap<string, Defect | null> = new Map([
  ['clean', null],
  ['scratch', scratch],
  ['pit', pit],
  ['crack', crack],
  ['stain', stain],
]);
const classes = [...defects.keys()];
const kinds = [...defects.values()];

/** Metal surfaces under random light, flawless or with one kind of flaw. */
export const task: DemoTask = {
  card: {
    name,
    label: 'Surface inspection',
    summary: 'Find the flaw in a piece of metal: clean, scratch, pit, crack or stain.',
    classes,
    imagesPerClass: 60,
    training: DRAWN_TRAINING,
  },
  size: SIZE,
  render(classIndex, index, seed) {
    const rng = createRng(seed, `${name}/${classIndex}/${index}`);
    const metal = createMetal(rng, SIZE);
    forClass(name, kinds, classIndex)?.(metal, rng);
    const camera = {
      blur: [0.3, 0.8],
      noise: [0.006, 0.022],
      exposure: [0.8, 1.2],
      falloff: 0.3,
    } as const;
    return photograph(light(metal, rng), rng, camera);
  },
};

/** What the camera sees of the metal under one lamp and the light of the room. */
function light(metal: Metal, rng: Rng): Planes {
  const shininess = between(rng, 12, 60);
  const gloss = between(rng, 0.04, 0.3);
  const room = between(rng, 0.25, 0.6);
  const lamp = randomLamp(rng, 0.45, 1.15);
  const { diffuse, specular } = shade(metal.height, lamp, shininess);
  const tint = metalTint(rng);
  const plane = (channel: 0 | 1 | 2) => {
    const field = createField(SIZE);
    const shift = 1 - channel;
    update(field, (x, y) => {
      const i = y * SIZE + x;
      const lit = room + (1 - room) * diffuse.values[i]!;
      const colour = tint[channel] * (1 + shift * metal.warmth.values[i]!);
      return metal.albedo.values[i]! * lit * colour + gloss * (specular.values[i]! - 0.3);
    });
    return field;
  };
  return { red: plane(0), green: plane(1), blue: plane(2) };
}

/** Steel, a bluish alloy, brass: a grey, shifted between blue and yellow and a little to green. */
function metalTint(rng: Rng): Colour {
  const warm = between(rng, -0.1, 0.13);
  return [1 + warm, 1 + between(rng, -0.02, 0.02), 1 - 1.2 * warm];
}
