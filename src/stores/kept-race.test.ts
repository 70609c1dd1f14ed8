import { expect, test } from 'vitest';
import { fakeCatalog } from '../testing/fake-catalog.ts';
import { fakeRace, type FakeRaceEnd } from '../testing/fake-race.ts';
import { createCatalogStore } from './catalog.ts';
import { raceToKeep, restoredRace } from './kept-race.ts';
import type { RaceState } from './race.ts';

const store = createCatalogStore();
store.getState().set(fakeCatalog);
const catalog = store.getState();

/** A race as the page shows it, and its runs. */
function shown(end: FakeRaceEnd) {
  const { race, finished } = fakeRace(end);
  return { race: { failure: null, ...race } as RaceState, finished };
}

function kept(end: FakeRaceEnd) {
  const { race, finished } = shown(end);
  const keeping = raceToKeep(race);
  if (!keeping) throw new Error('A race that has begun is kept.');
  return { race, finished, keeping };
}

test('a race that has ended shows the same table again, made of its runs', () => {
  const { race, finished, keeping } = kept('winner');
  const restored = restoredRace(keeping, finished, catalog);
  const { phase, entries, tuning, winner, leaders } = race;
  expect(restored).toMatchObject({ phase, entries, tuning, winner, leaders, failure: null });
  const judged = (rows: RaceState['rows']) =>
    rows.map(({ method, label, meanAccuracy, interval, differenceToBest, standing }) => ({
      ...{ method, label, meanAccuracy, interval, differenceToBest, standing },
    }));
  expect(judged(restored?.rows ?? [])).toEqual(judged(race.rows));
});

test('one that was under way has stopped, with what had ended, and says why', () => {
  const { finished, keeping } = kept('racing');
  const restored = restoredRace(keeping, finished, catalog);
  expect(restored?.phase).toBe('stopped');
  expect(restored?.failure?.message).toMatch(/^The page was closed or reloaded during the race\./);
  const states = restored?.entries.map(({ state }) => state);
  expect(states).toEqual(keeping.entries.map(({ runId }) => (runId ? 'finished' : 'stopped')));
  expect(restored?.rows.map(({ perSeed }) => perSeed.length)).toEqual([2, 1, 1, 1]);
});

test('runs that are gone, or were judged by other images, do not count', () => {
  const { finished, keeping } = kept('tie');
  const other = fakeRace('tie', 60).finished;
  const mixed = finished.map((run, index) => (index === 4 ? other[4]! : run)).slice(0, -1);
  const restored = restoredRace(keeping, mixed, catalog);
  expect(restored?.rows.map(({ perSeed }) => perSeed.length)).toEqual([2, 3, 3, 2]);
});

test('without any of its runs it is not shown, and where there was none none is kept', () => {
  expect(restoredRace(kept('tie').keeping, [], catalog)).toBeNull();
  expect(raceToKeep({ ...shown('tie').race, phase: 'idle' })).toBeNull();
});
