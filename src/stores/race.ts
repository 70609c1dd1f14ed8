import { createStore, type StoreApi } from 'zustand/vanilla';
import { racePlanProblem, type RacePlan } from '../client/race-plan.ts';
import type * as rows from '../client/race-rows.ts';
import { runRace } from '../client/race-runner.ts';
import { failureOf } from '../client/trainer-client.ts';
import type { KeptRace } from '../projects/records.ts';
import type { Failure } from '../protocol.ts';
import { findMethod, type CatalogStore } from './catalog.ts';
import { racedMethod, settingsProblem, type ConfigStore } from './config.ts';
import type { DatasetStore } from './dataset.ts';
import { restoredRace } from './kept-race.ts';
import { isRunning, type RunStore } from './run.ts';
import type { FinishedRun } from './runs.ts';
import { trainOne } from './train-one.ts';

export interface RaceChoice {
  /** Methods by name, in the order of the catalog. */
  readonly methods: readonly string[];
  /** How many, 1 … 5: every method runs once with each. */
  readonly seeds: number;
  /** Looks for each method's learning rate first, on images that none of the raced runs is judged by. */
  readonly tune: boolean;
}

export type RaceEntry = rows.RaceEntry;
export type TuneRecord = rows.TuneRecord;
export type RaceDifference = rows.RaceDifference;
export type RaceRow = rows.RaceRow;

export type RacePhase = 'idle' | 'racing' | 'finished' | 'stopped';

export interface RaceState {
  readonly phase: RacePhase;
  readonly choice: RaceChoice;
  /** In the order in which they run. */
  readonly entries: readonly RaceEntry[];
  readonly rows: readonly RaceRow[];
  /** Better than every other method beyond what chance explains; null where none is. */
  readonly winner: string | null;
  /** Methods that cannot be told from the best mean, that one included; empty until the race has ended. */
  readonly leaders: readonly string[];
  readonly tuning: readonly TuneRecord[];
  /** Why the race could not go on to its end; null where it was not hindered. */
  readonly failure: Failure | null;
  choose(patch: Partial<RaceChoice>): void;
  /** What keeps the race from starting, as a sentence; null where nothing does. */
  missing(): string | null;
  start(): Promise<void>;
  stop(): Promise<void>;
  clear(): void;
  /** Shows the race of an earlier session, as far as its runs are here. */
  restore(kept: KeptRace, finished: readonly FinishedRun[]): void;
}

export type RaceStore = StoreApi<RaceState>;

/** What a race needs of the page. */
export interface RacePage {
  readonly run: RunStore;
  readonly catalog: CatalogStore;
  readonly config: ConfigStore;
  readonly dataset: DatasetStore;
  /** What keeps any training from starting, as a sentence. */
  missing(): string | null;
  /** Asks whether what another run would end may be given up. */
  mayBegin(): Promise<boolean>;
}

const NOTHING_YET = {
  entries: [],
  rows: [],
  winner: null,
  leaders: [],
  tuning: [],
  failure: null,
} satisfies Partial<RaceState>;

/** Races methods on what the page has open: its images, its backbone, its settings. */
export function createRaceStore(page: RacePage): RaceStore {
  let stopping = new AbortController();
  let racing: Promise<void> = Promise.resolve();

  return createStore<RaceState>()((set, get) => {
    const race = async (plan: RacePlan) => {
      stopping = new AbortController();
      const { signal } = stopping;
      set({ ...NOTHING_YET, phase: 'racing' });
      try {
        const { end, failure } = await runRace(plan, trainOne(page.run), signal, set);
        set({ phase: end, failure });
      } catch (error) {
        set({ phase: 'stopped', failure: failureOf(error) });
      }
    };
    return {
      phase: 'idle',
      choice: { methods: [], seeds: 3, tune: false },
      ...NOTHING_YET,
      choose: (patch) =>
        set({ choice: inCatalogOrder({ ...get().choice, ...patch }, page.catalog) }),
      missing() {
        if (get().phase === 'racing') return 'The methods are being compared already.';
        if (isRunning(page.run.getState().phase)) return 'Stop the training first.';
        return page.missing() ?? choiceProblem(get().choice, page);
      },
      async start() {
        if (get().missing() !== null || !(await page.mayBegin())) return;
        // It may have become impossible while the person thought.
        if (get().missing() === null) racing = race(planOf(get().choice, page));
        await racing;
      },
      stop() {
        stopping.abort();
        return racing;
      },
      clear() {
        if (get().phase !== 'racing') set({ ...NOTHING_YET, phase: 'idle' });
      },
      restore(kept, finished) {
        const restored = restoredRace(kept, finished, page.catalog.getState());
        if (restored) set(restored);
      },
    };
  });
}

function inCatalogOrder(choice: RaceChoice, catalog: CatalogStore): RaceChoice {
  const chosen = new Set(choice.methods);
  const names = catalog.getState().methods.map(({ name }) => name);
  return { ...choice, methods: names.filter((name) => chosen.has(name)) };
}

/** Every method with what the person set for it, but for the learning rate: that is its own. */
function planOf(choice: RaceChoice, page: RacePage): RacePlan {
  const catalog = page.catalog.getState();
  const config = page.config.getState();
  const methods = choice.methods.flatMap((name) => {
    const info = findMethod(catalog, name);
    return info ? [racedMethod(catalog, config, info)] : [];
  });
  const training = methods[0]?.training ?? {};
  return {
    methods,
    classes: page.dataset.getState().runClasses(),
    backbone: config.backbone?.hash ?? '',
    seeds: choice.seeds,
    firstSeed: Number(training['seed']),
    validationShare: Number(training['validationShare']),
    tune: choice.tune,
  };
}

function choiceProblem(choice: RaceChoice, page: RacePage): string | null {
  const catalog = page.catalog.getState();
  const config = page.config.getState();
  if (config.loading) return 'A backbone is still being opened.';
  const problems = choice.methods.map(
    (method) =>
      config.backbone?.refusals[method] ?? settingsProblem(catalog, { ...config, method }),
  );
  return problems.find((problem) => problem !== null) ?? racePlanProblem(planOf(choice, page));
}
