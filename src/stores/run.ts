import { createStore, type StoreApi } from 'zustand/vanilla';
import { TrainerError, type Trainer } from '../client/trainer-client.ts';
import type {
  EpochRecord,
  Event,
  Failure,
  RunConfig,
  RunPhase,
  RunResult,
  RunStart,
  RunStatus,
  ScaleFrame,
  StepRecord,
} from '../protocol.ts';
import { withFrame } from './frame-history.ts';
import { batched, beforeNextPaint, type Schedule } from './per-frame.ts';

/** A run of this page that came to its end, kept to be compared. */
export interface FinishedRun {
  readonly config: RunConfig;
  readonly start: RunStart;
  readonly steps: readonly StepRecord[];
  readonly epochs: readonly EpochRecord[];
  readonly result: RunResult;
}

export type RunStage = 'idle' | RunPhase | 'finished' | 'failed';

interface RunData {
  readonly phase: RunStage;
  readonly config: RunConfig | null;
  readonly start: RunStart | null;
  readonly status: RunStatus | null;
  readonly steps: readonly StepRecord[];
  readonly epochs: readonly EpochRecord[];
  /** Scales over the run, thinned out evenly. */
  readonly frames: readonly ScaleFrame[];
  /** The present run's result; null until it finishes. */
  readonly result: RunResult | null;
  readonly failure: Failure | null;
  /** Oldest first; a failed run is not among them and takes none away. */
  readonly finished: readonly FinishedRun[];
}

export interface RunState extends RunData {
  /** Starts a run; what an earlier one showed stays until the worker has accepted this one. */
  begin(config: RunConfig): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
  /** Takes the worker's unasked events, from the page's single subscription. */
  receive(event: Event): void;
  forget(runId: number): void;
  dismissFailure(): void;
}

export type RunStore = StoreApi<RunState>;

const NOTHING_YET = {
  start: null,
  status: null,
  steps: [],
  epochs: [],
  frames: [],
  result: null,
} satisfies Partial<RunData>;

/** True while a run occupies the worker. */
export function isRunning(phase: RunStage): boolean {
  return phase !== 'idle' && phase !== 'finished' && phase !== 'failed';
}

export function createRunStore(trainer: Trainer, schedule: Schedule = beforeNextPaint): RunStore {
  return createStore<RunState>()((set, get) => {
    const fail = (error: unknown) => set({ failure: failureOf(error) });
    const queue = batched<Event>(
      (events) => set((state) => events.reduce<RunData>(withEvent, state)),
      schedule,
    );
    const ask = async (type: 'run.pause' | 'run.resume' | 'run.stop') => {
      await trainer.request(type, {}).catch(fail);
    };
    return {
      phase: 'idle',
      config: null,
      ...NOTHING_YET,
      failure: null,
      finished: [],
      async begin(config) {
        queue.flush();
        if (isRunning(get().phase)) return;
        set({ phase: 'preparing', status: null, failure: null });
        try {
          const start = await trainer.request('run.start', { config });
          queue.flush();
          const { phase, status } = get();
          set({ ...NOTHING_YET, phase, config, start, status });
        } catch (error) {
          set({ phase: 'failed', failure: failureOf(error) });
        }
      },
      pause: () => ask('run.pause'),
      resume: () => ask('run.resume'),
      stop: () => ask('run.stop'),
      receive: (event) => queue.push(event),
      forget: (runId) =>
        set({ finished: get().finished.filter(({ start }) => start.runId !== runId) }),
      dismissFailure: () => set({ failure: null }),
    };
  });
}

function withEvent(state: RunData, event: Event): RunData {
  switch (event.type) {
    case 'run.status':
      return withStatus(state, event.status);
    case 'run.steps':
      if (!isOfThisRun(state, event.runId)) return state;
      return { ...state, steps: [...state.steps, ...event.steps] };
    case 'run.epoch':
      if (!isOfThisRun(state, event.runId)) return state;
      return { ...state, epochs: withEpoch(state.epochs, event.epoch) };
    case 'run.scales':
      if (!isOfThisRun(state, event.runId)) return state;
      return { ...state, frames: withFrame(state.frames, event.frame) };
    case 'run.finished':
      return withResult(state, event.result);
    case 'run.failed':
    case 'device.lost':
      if (!isRunning(state.phase)) return state;
      return { ...state, phase: 'failed', failure: event.error };
    case 'reply':
    case 'error':
    case 'progress':
    case 'images.added':
      return state;
    default: {
      const unknown: never = event;
      return unknown;
    }
  }
}

function isOfThisRun(state: RunData, runId: number): boolean {
  return state.start?.runId === runId;
}

/** The worker runs one run at a time, and its status may come before the reply that names the run. */
function withStatus(state: RunData, status: RunStatus): RunData {
  return isRunning(state.phase) ? { ...state, status, phase: status.phase } : state;
}

/** Only one epoch is the best one: a new best takes the mark from the others. */
function withEpoch(epochs: readonly EpochRecord[], epoch: EpochRecord): readonly EpochRecord[] {
  const earlier = epoch.best ? epochs.map((other) => ({ ...other, best: false })) : epochs;
  return [...earlier, epoch];
}

function withResult(state: RunData, result: RunResult): RunData {
  const { config, start, steps, epochs } = state;
  if (!isOfThisRun(state, result.runId) || config === null || start === null) return state;
  const finished = [...state.finished, { config, start, steps, epochs, result }];
  return { ...state, phase: 'finished', result, finished };
}

export function failureOf(error: unknown): Failure {
  if (error instanceof TrainerError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}
