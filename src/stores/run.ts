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
import type { FinishedRun } from './runs.ts';
import { batched, beforeNextPaint, type Schedule } from './per-frame.ts';

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
  /** The run whose model predicts, is judged and is exported; null before the first one. */
  readonly opened: number | null;
  /** A finished run that is being opened again. */
  readonly opening: number | null;
}

export interface RunState extends RunData {
  /** Starts a run; what an earlier one showed stays until the worker has accepted this one. */
  begin(config: RunConfig): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
  /** Takes the worker's unasked events, from the page's single subscription. */
  receive(event: Event): void;
  rename(runId: number, name: string): void;
  /** Makes a finished run the present one again: its curves, scales, matrix and predictions. */
  open(runId: number): Promise<void>;
  /** Takes a run off the list and frees what the worker kept of it. */
  remove(runId: number): Promise<void>;
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
      opened: null,
      opening: null,
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
      rename: (runId, name) =>
        set({
          finished: get().finished.map((run) =>
            run.start.runId === runId ? { ...run, name } : run,
          ),
        }),
      open: () => Promise.resolve(),
      remove(runId) {
        get().forget(runId);
        return Promise.resolve();
      },
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
  const { config, start, steps, epochs, frames } = state;
  if (!isOfThisRun(state, result.runId) || config === null || start === null) return state;
  const name = `${start.method} · ${start.backbone} · seed ${config.training['seed'] ?? 1}`;
  const run: FinishedRun = { name, config, start, steps, epochs, frames, result, kept: true };
  const finished = [...state.finished, run];
  return { ...state, phase: 'finished', result, finished, opened: start.runId };
}

export function failureOf(error: unknown): Failure {
  if (error instanceof TrainerError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}
