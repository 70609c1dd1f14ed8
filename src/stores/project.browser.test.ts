import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ProjectIndex } from '../projects/project-index.ts';
import { FakeTrainer } from '../testing/fake-trainer.ts';
import { createStudio, type Studio } from './studio.ts';

const NAME = 'project-store-test';
const studios: Studio[] = [];
const go = vi.fn();
const endWorker = vi.fn();

beforeEach(() => {
  go.mockClear();
  endWorker.mockClear();
});

afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.project.getState().close();
  indexedDB.deleteDatabase(NAME);
});

/** A page of its own, as far as stores and trainer go; nothing in it has begun. */
function newPage(wanted: string | null = null, openIndex = () => ProjectIndex.open(NAME)) {
  const trainer = new FakeTrainer({ tick: 1 });
  const studio = createStudio(trainer, { projects: { openIndex, wanted, go, endWorker } });
  studios.push(studio);
  return { studio, trainer, project: studio.project.getState() };
}

async function openPage(...args: Parameters<typeof newPage>) {
  const page = newPage(...args);
  await page.studio.connect();
  return page;
}

const shown = ({ dataset }: Studio) => {
  const { classes, images } = dataset.getState();
  return {
    classes: classes.map(({ name }) => name),
    images: [...images.values()].map(({ id, path, classId }) => ({ id, path, classId })),
  };
};

test('what a page held is there on the next one: images, settings, runs and the one that was open', async () => {
  const { studio, project } = await openPage();
  await studio.loadDemo('surface');
  await studio.config.getState().loadBackbone({ kind: 'bundled', name: 'resnet10_128' }, '');
  studio.config.getState().setTraining('epochs', 2);
  const [first] = studio.dataset.getState().classes;
  studio.dataset.getState().renameClass(first!.id, 'spotless');
  await studio.startRun();
  await expect.poll(() => studio.run.getState().phase, { timeout: 20_000 }).toBe('finished');
  const before = shown(studio);
  const finished = studio.run.getState().finished;
  await project.close();

  const { studio: later, trainer } = await openPage();
  expect(shown(later)).toEqual(before);
  expect(later.config.getState()).toMatchObject({ touchedTraining: { epochs: 2 }, method: 'san' });
  expect(later.run.getState().finished).toEqual(finished);
  await expect.poll(() => later.config.getState().backbone?.name).toBe('resnet10_128');
  const opening = () => trainer.requests.find(({ type }) => type === 'run.open');
  await expect.poll(opening).toMatchObject({
    args: { runId: finished[0]?.start.runId, backbone: { kind: 'bundled', name: 'resnet10_128' } },
  });
});

test('images that come while the project is still being opened join those in it', async () => {
  const { studio, project } = await openPage();
  const named = (name: string) => ({ path: `oak/${name}.png`, file: new Blob([name]) });
  await studio.dataset.getState().importFiles([named('kept')]);
  await project.close();
  const { studio: later } = newPage();
  const connecting = later.connect();
  await later.dataset.getState().importFiles([named('early')]);
  await connecting;
  expect(shown(later).classes).toEqual(['oak']);
  expect(shown(later).images.map(({ path }) => path)).toEqual(['oak/kept.png', 'oak/early.png']);
});

test('a run that could not be brought back is offered again by the next page', async () => {
  const { studio, project } = await openPage();
  await studio.loadDemo('surface');
  await studio.config.getState().opened();
  studio.config.getState().setTraining('epochs', 200);
  await studio.startRun();
  const { unfinished, recover, giveUp } = studio.run.getState();
  recover();
  giveUp({ code: 'device-lost', message: 'The graphics device was lost.' }, null);
  await project.close();
  const { studio: later } = await openPage();
  expect(later.run.getState().unfinished).toEqual(unfinished);
  expect(later.run.getState().place).toMatchObject({ runId: unfinished?.runId });
});

test('a race is there again, with its table', async () => {
  const { studio, project } = await openPage();
  await studio.loadDemo('surface');
  await studio.config.getState().opened();
  studio.config.getState().setTraining('epochs', 1);
  studio.race.getState().choose({ methods: ['san', 'linear'], seeds: 1 });
  await studio.race.getState().start();
  const { phase, entries, rows, winner, leaders } = studio.race.getState();
  expect(phase).toBe('finished');
  await project.close();
  const { studio: later } = await openPage();
  expect(later.race.getState()).toMatchObject({ phase, entries, rows, winner, leaders });
});

test('a removed run and removed images do not come back', async () => {
  const { studio, project } = await openPage();
  await studio.tryDemo();
  await expect.poll(() => studio.run.getState().phase, { timeout: 20_000 }).toBe('finished');
  const { runId } = studio.run.getState().finished[0]!.start;
  await studio.run.getState().remove(runId);
  studio.dataset.getState().clear();
  studio.dataset.getState().forgetUndo();
  await project.close();
  const { studio: later } = await openPage();
  expect(later.run.getState().finished).toEqual([]);
  expect(later.dataset.getState().images.size).toBe(0);
  const index = await ProjectIndex.open(NAME);
  const [info] = await index.list();
  expect((await index.load(info!.id)).images).toEqual([]);
  index.close();
});

test('changes that a full disk refuses are told, and kept as soon as there is room', async () => {
  let index: ProjectIndex | null = null;
  const openIndex = async () => (index = await ProjectIndex.open(NAME));
  const { studio, project } = await openPage(null, openIndex);
  await project.reopened();
  const full = new DOMException('full', 'QuotaExceededError');
  const save = vi.spyOn(index!, 'save').mockRejectedValueOnce(full);
  studio.dataset.getState().createClass('elm');
  await expect.poll(() => studio.project.getState().unkept).toMatch(/storage is full/);
  expect(studio.app.getState().notices.at(-1)?.message).toMatch(/What was kept before is safe/);
  save.mockRestore();
  studio.dataset.getState().createClass('oak');
  await expect.poll(() => studio.project.getState().unkept).toBeNull();
  await project.close();
  expect(shown((await openPage()).studio).classes).toEqual(['elm', 'oak']);
});

test('a second page on the same project keeps its hands off', async () => {
  await openPage();
  const { studio } = await openPage();
  expect(studio.project.getState().status.phase).toBe('elsewhere');
  studio.dataset.getState().createClass('elm');
  expect(studio.project.getState().create('Another')).toBeNull();
  await expect.poll(() => go.mock.calls.length).toBe(1);
  expect(studio.project.getState().projects.map(({ name }) => name)).toEqual(['My project']);
});

test('a second page that takes the project over gets all of it, and the first one lets go', async () => {
  const { studio: first } = await openPage();
  const { studio: second, project } = await openPage();
  await first.loadDemo('surface');
  await project.takeOver();
  expect(go).toHaveBeenCalledWith(first.project.getState().projects[0]?.id);
  expect(first.project.getState().status).toMatchObject({ phase: 'elsewhere', taking: false });
  expect(endWorker).toHaveBeenCalledOnce();
  // What the first page still does is nobody's work any more.
  first.dataset.getState().createClass('elm');
  await second.project.getState().close();
  const { studio: reloaded } = await openPage();
  expect(reloaded.project.getState().status.phase).toBe('open');
  expect(shown(reloaded).images).toEqual(shown(first).images);
  expect(shown(reloaded).classes).not.toContain('elm');
});

test('names are refused in a sentence', async () => {
  const { project } = await openPage();
  expect(project.rename('  ')).toBe('A project needs a name.');
  expect(project.create('x'.repeat(81))).toMatch(/at most 80 characters; this one has 81/);
  expect(go).not.toHaveBeenCalled();
});

test('where the browser keeps no database the page works on and says so', async () => {
  const { studio } = await openPage(null, () => Promise.reject(new Error('no databases here')));
  const { status } = studio.project.getState();
  expect(status).toMatchObject({
    phase: 'off',
    reason: expect.stringContaining('no databases here') as string,
  });
  expect(studio.app.getState().connection.phase).toBe('ready');
  await studio.loadDemo('surface');
  expect(studio.dataset.getState().images.size).toBeGreaterThan(0);
});
