/** What near-duplicates among the images mean for a run, in sentences. */
import { countOf } from '../lib/format.ts';
import { groupAlikes } from '../lib/look-alikes.ts';
import { imagesByClass, type DatasetContents, type DatasetImage } from './dataset-contents.ts';

/** That every image shows the very same, as a sentence; null where some differ or it is not known. */
export function sameEverywhere({ images }: DatasetContents): string | null {
  const looks = new Set([...images.values()].map(({ look }) => look));
  const [look] = looks;
  if (images.size < 2 || looks.size > 1 || look === undefined) return null;
  return `All ${images.size} images show the same picture: nothing tells the classes apart.`;
}

/** What was found of near-duplicates and what is done about it, in sentences; null where there are none. */
export function alikeWords(contents: DatasetContents): string | null {
  const groups = imagesByClass(contents.images);
  const classes = contents.classes.map(({ id, name }) => ({ name, images: groups.get(id) ?? [] }));
  const sentences = [together(classes), divided(classes), astray(contents)];
  const words = sentences.filter((sentence) => sentence !== null).join(' ');
  return words || null;
}

interface NamedImages {
  readonly name: string;
  readonly images: readonly DatasetImage[];
}

function together(classes: readonly NamedImages[]): string | null {
  const groups = classes
    .filter((entry) => !isOneGroup(entry))
    .flatMap(({ images }) => groupAlikes(images));
  const count = groups.flat().length;
  if (count === 0) return null;
  return `${countOf(count, 'image')} look almost the same as another. Each such group stays on one side, for training or for validation, so that the accuracy is not flattered.`;
}

function divided(classes: readonly NamedImages[]): string | null {
  const alike = classes.filter(isOneGroup).map(({ name }) => `“${name}”`);
  if (alike.length === 0) return null;
  const names = alike.join(', ');
  return `All images of ${names} look almost the same and had to be divided between training and validation: the accuracy will be flattered. Images that differ more would help.`;
}

function isOneGroup({ images }: NamedImages): boolean {
  return images.length > 1 && groupAlikes(images)[0]?.length === images.length;
}

/** Images that look like one of another class. */
function astray({ images }: DatasetContents): string | null {
  const crossing = [...images.values()].filter(({ classId, alike = [] }) =>
    alike.some((id) => {
      const other = images.get(id);
      return other !== undefined && classId !== null && other.classId !== null
        ? other.classId !== classId
        : false;
    }),
  ).length;
  if (crossing === 0) return null;
  const look = crossing === 1 ? '1 image looks' : `${crossing.toLocaleString('en')} images look`;
  return `${look} almost the same as one of another class: one of the two may be in the wrong class.`;
}
