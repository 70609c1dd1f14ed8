import { expect, test } from 'vitest';
import { parseContents } from './parse-contents.ts';
import {
  EMPTY_SETTINGS,
  type ImageRecord,
  type KeptRace,
  type ProjectContents,
} from './records.ts';

const image: ImageRecord = {
  ...{ id: 1, path: 'oak/1.png', width: 4, height: 4, classId: 1 },
  thumbnail: new Blob(['thumb']),
  file: { name: '0b2f6f5e-8d3a-4a39-9a55-0a1d3f0f8e11', hash: null },
};

const race: KeptRace = {
  phase: 'stopped',
  entries: [
    {
      ...{ key: 'san 1', method: 'san', seed: 1, state: 'failed', runId: 3, learningRate: null },
      failure: { code: 'not-finite', message: 'The loss was NaN.' },
    },
  ],
  tuning: [{ method: 'san', learningRate: 0.01, accuracy: null, loss: 0.5, chosen: true }],
  failure: null,
};

const whole: ProjectContents = {
  dataset: { classes: [{ id: 1, name: 'oak' }], nextClass: 2, order: [1], nextImage: 2 },
  settings: { ...EMPTY_SETTINGS, method: 'san', backbone: 'abc', race },
  images: [image],
  runs: [],
  backbones: [{ hash: 'abc', source: { kind: 'bundled', name: 'resnet10_128' } }],
};

test('what is whole is taken over as it is', () => {
  expect(parseContents(whole)).toEqual(whole);
});

const damagedRaces: readonly object[] = [
  { phase: 'idle' },
  { entries: {} },
  { entries: [{ ...race.entries[0], state: 'asleep' }] },
  { entries: [{ ...race.entries[0], runId: -1 }] },
  { entries: [{ ...race.entries[0], failure: { code: 'internal' } }] },
  { tuning: [{ ...race.tuning[0], learningRate: '0.01' }] },
  { failure: 'none' },
];

test('each damage is named', () => {
  const damaged: [Partial<Record<keyof ProjectContents, unknown>>, string][] = [
    [{ dataset: null }, 'The classes are missing'],
    [{ dataset: { ...whole.dataset, order: ['x'] } }, 'The classes in this project file'],
    [{ images: 'none' }, 'The images are missing'],
    [{ images: [{ ...image, thumbnail: 'text' }] }, 'The images in this project file'],
    [{ images: [{ ...image, file: { name: '../run', hash: null } }] }, 'The images in this'],
    [{ runs: [{ name: 'a run' }] }, 'The runs in this project file'],
    [{ backbones: [{ hash: 'abc', source: { kind: 'file', name: 'x' } }] }, 'The backbones in'],
    [{ settings: {} }, 'The settings in this project file'],
    ...damagedRaces.map((damage): [object, string] => [
      { settings: { ...whole.settings, race: { ...race, ...damage } } },
      'The settings in this project file',
    ]),
  ];
  for (const [damage, sentence] of damaged) {
    expect(() => parseContents({ ...whole, ...damage })).toThrow(sentence);
  }
});
