import { createRng } from '../../../../lib/rng.ts';
import { DRAWN_TRAINING, forClass, type DemoTask } from '../contract.ts';
import { between } from '../drawing/draw.ts';
import { update } from '../drawing/field.ts';
import { randomLamp, shade } from '../drawing/lighting.ts';
import { photograph } from '../drawing/photograph.ts';
import { weaveCloth } from '../fabric/cloth.ts';
import { basket, herringbone, plain, satin, twill, type Weave } from '../fabric/weaves.ts';

const SIZE = 128;
const name = 'woven-fabrics';

const weaves: ReadonlyMap<string, Weave> = new Map([
  ['plain', plain],
  ['twill', twill],
  ['satin', satin],
  ['basket', basket],
  ['herringbone', herringbone],
]);
const classes = [...weaves.keys()];
const kinds = [...weaves.values()];

/** Cloth seen close, told apart by how its threads cross. */
export const task: DemoTask = {
  card: {
    name,
    label: 'Woven fabrics',
    summary: 'Name the weave of a cloth: plain, twill, satin, basket or herringbone.',
    classes,
    imagesPerClass: 60,
    training: DRAWN_TRAINING,
  },
  size: SIZE,
  render(classIndex, index, seed) {
    const rng = createRng(seed, `${name}/${classIndex}/${index}`);
    const cloth = weaveCloth(rng, SIZE, forClass(name, kinds, classIndex));
    const { diffuse, specular } = shade(cloth.height, randomLamp(rng, 0.6, 1.2), 10);
    const gloss = between(rng, 0, 0.14);
    const room = between(rng, 0.35, 0.6);
    for (const plane of [cloth.red, cloth.green, cloth.blue]) {
      update(plane, (x, y, value) => {
        const i = y * SIZE + x;
        return value * (room + (1 - room) * diffuse.values[i]!) + gloss * specular.values[i]!;
      });
    }
    return photograph(cloth, rng, {
      blur: [0.4, 1.1],
      noise: [0.01, 0.035],
      exposure: [0.8, 1.5],
      falloff: 0.3,
    });
  },
};
