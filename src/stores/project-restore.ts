/** Brings what a project holds back into the worker and the stores. */
import type { Trainer } from '../client/trainer-client.ts';
import { countOf } from '../lib/format.ts';
import type { ImageId, RunPlace } from '../protocol.ts';
import type { ImageRecord, ProjectContents } from '../projects/records.ts';
import { NOTHING_KEPT, type KeptState, type KeptStores, type Reopening } from './kept-state.ts';
import { imagesOfRun } from './runs.ts';
import type { DatasetImage } from './dataset-contents.ts';

export interface Restored {
  /** What the index holds and the stores have taken over, image by image and run by run. */
  readonly written: KeptState;
  readonly reopening: Reopening;
  /** What could not be brought back, as a sentence; null where all was there. */
  readonly problem: string | null;
}

export async function restoreProject(
  project: string,
  contents: ProjectContents,
  trainer: Trainer,
  stores: KeptStores,
): Promise<Restored> {
  const { dataset, settings, runs, backbones } = contents;
  const wanted = imagesInUse(contents);
  const unfinished = settings.unfinished ?? null;
  const { missingImages, missingRuns, place } = await trainer.request('project.open', {
    project,
    images: wanted.map(({ id, path, file, look }) => ({ id, path, file, look })),
    runs: runs.filter(({ kept }) => kept).map(({ start }) => start.runId),
    unfinished: unfinished?.runId ?? null,
    nextImage: dataset.nextImage,
    nextRun: settings.nextRun,
  });
  const lost = new Set<ImageId>(missingImages);
  const found = wanted.filter(({ id }) => !lost.has(id)).map(shownImage);
  const byId = new Map(found.map((image) => [image.id, image]));
  const inOrder = dataset.order.flatMap((id) => byId.get(id) ?? []);
  const images = new Map(inOrder.map((image) => [image.id, image]));
  const shown = found.filter(({ id }) => !images.has(id));
  const { classes, nextClass } = dataset;
  const finished = runs.map((run) =>
    missingRuns.includes(run.start.runId) ? { ...run, kept: false } : run,
  );
  const { method, touchedOptions, touchedTraining, suggestedTraining } = settings;
  const sources = Object.fromEntries(backbones.map(({ hash, source }) => [hash, source]));
  stores.dataset.getState().restore({ classes, nextClass, images }, shown);
  stores.config
    .getState()
    .restore({ sources, method, touchedOptions, touchedTraining, suggestedTraining });
  stores.run.getState().restore(finished, place && unfinished, place);
  if (settings.race) stores.race.getState().restore(settings.race, finished);
  const opened = finished.find(({ start, kept }) => kept && start.runId === settings.opened);
  return {
    written: {
      ...NOTHING_KEPT,
      images: new Map([
        ...contents.images.map((record) => [record.id, shownRecord(record)] as const),
        ...byId,
      ]),
      runs: new Map(runs.map((run) => [run.start.runId, run])),
      sources: new Map(backbones.map(({ hash, source }) => [hash, source])),
      ...{ dataset, settings },
    },
    reopening: { backbone: settings.backbone, run: opened?.start.runId ?? null },
    problem: problemOf(missingImages.length, missingRuns.length, unfinished !== null && !place),
  };
}

/** Opens the project in a worker that is new, where the page still has all of it. */
export async function reopenProject(
  project: string,
  { images, runs, dataset, settings }: KeptState,
  unfinished: number | null,
  trainer: Trainer,
): Promise<RunPlace | null> {
  const { place } = await trainer.request('project.open', {
    ...{ project, unfinished },
    images: [...images.values()].flatMap(({ id, path, file }) =>
      file ? [{ id, path, file }] : [],
    ),
    runs: [...runs.values()].filter(({ kept }) => kept).map(({ start }) => start.runId),
    ...{ nextImage: dataset.nextImage, nextRun: settings.nextRun },
  });
  return place;
}

/** The dataset's images, those that only a run still shows, and those that one was trained on. */
function imagesInUse({ dataset, images, runs, settings }: ProjectContents): readonly ImageRecord[] {
  const used = new Set([
    ...dataset.order,
    ...runs.flatMap(({ start }) => start.validationImages),
    ...(settings.unfinished ? imagesOfRun(settings.unfinished.config) : []),
  ]);
  return images.filter(({ id }) => used.has(id));
}

function shownImage(record: ImageRecord): DatasetImage {
  return { ...shownRecord(record), url: URL.createObjectURL(record.thumbnail) };
}

/** Stands for a record that nobody looks at. */
function shownRecord(record: ImageRecord): DatasetImage {
  return { ...record, className: null, url: '' };
}

function problemOf(images: number, runs: number, unfinished: boolean): string | null {
  if (images === 0 && runs === 0 && !unfinished) return null;
  const gone = [
    ...(images > 0 ? [countOf(images, 'image')] : []),
    ...(runs > 0 ? [`the weights of ${countOf(runs, 'run')}`] : []),
    ...(unfinished ? ['the run that was under way'] : []),
  ].join(' and ');
  return `The browser’s storage has lost ${gone} of this project. Everything else is here.`;
}
