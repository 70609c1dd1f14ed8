import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../protocol.ts';

export interface RaceChoice {
  /** Methods by name, in the order of the catalog. */
  readonly methods: readonly string[];
  /** How many, 1 … 5: every method runs once with each. */
  readonly seeds: number;
  /** Looks for each method's learning rate first, on images that none of the raced runs is judged by. */
  readonly tune: boolean;
}

export type RaceEntryState = 'waiting' | 'tuning' | 'running' | 'finished' | 'failed' | 'stopped';

/** One run of the race. */
export interface RaceEntry {
  readonly key: string;
  readonly method: string;
  readonly seed: number;
  readonly state: RaceEntryState;
  /** The run in the run store; null until it has begun. */
  readonly runId: number | null;
  /** Null while it is still to be found by tuning. */
  readonly learningRate: number | null;
  readonly failure: Failure | null;
}

/** One learning rate that was tried for a method. */
export interface TuneRecord {
  readonly method: string;
  readonly learningRate: number;
  /** On the inner validation images; null where the run failed, as too high a rate does. */
  readonly accuracy: number | null;
  readonly loss: number | null;
  /** The method races with this rate. */
  readonly chosen: boolean;
}

/** 'pending' until the race has ended, and for a method without any result. */
export type RaceStanding = 'winner' | 'leading' | 'behind' | 'pending';

export interface RaceDifference {
  /** Accuracy of this method less that of the method with the best mean. */
  readonly mean: number;
  /** 95 %, low and high. */
  readonly interval: readonly [number, number];
}

/** A method of the race over all its seeds; null where nothing is known yet. */
export interface RaceRow {
  readonly method: string;
  readonly label: string;
  readonly state: RaceEntryState;
  readonly meanAccuracy: number | null;
  /** 95 %, low and high. */
  readonly interval: readonly [number, number] | null;
  readonly perSeed: readonly number[];
  /** Of the accuracies over seeds; null below two of them. */
  readonly standardDeviation: number | null;
  /** Mean of a run. */
  readonly seconds: number | null;
  readonly imagesPerSecond: number | null;
  readonly trainableParameters: number | null;
  /** Of all parameters, in [0, 1]. */
  readonly trainableShare: number | null;
  readonly adapterBytes: number | null;
  /** Share of additional work for every prediction; 0 where the method folds away. */
  readonly extraCost: number | null;
  readonly foldsAway: boolean;
  readonly learningRate: number | null;
  readonly standing: RaceStanding;
  /** Null for the method with the best mean itself. */
  readonly differenceToBest: RaceDifference | null;
}

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
  choose(patch: Partial<RaceChoice>): void;
  /** What keeps the race from starting, as a sentence; null where nothing does. */
  missing(): string | null;
  start(): Promise<void>;
  stop(): Promise<void>;
  clear(): void;
}

export type RaceStore = StoreApi<RaceState>;

export function createRaceStore(): RaceStore {
  return createStore<RaceState>()((set, get) => ({
    phase: 'idle',
    choice: { methods: [], seeds: 3, tune: false },
    entries: [],
    rows: [],
    winner: null,
    leaders: [],
    tuning: [],
    choose: (patch) => set({ choice: { ...get().choice, ...patch } }),
    missing: () => null,
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    clear: () => set({ phase: 'idle', entries: [], rows: [], winner: null, leaders: [] }),
  }));
}
