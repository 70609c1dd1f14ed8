/** How what the worker tells changes what the page knows of its runs. */
import type {
  EpochRecord,
  Event,
  Failure,
  RunConfig,
  RunPhase,
  RunPlace,
  RunResult,
  RunStart,
  RunStatus,
  ScaleFrame,
  StepRecord,
} from '../protocol.ts';
import type { UnfinishedRun } from '../projects/records.ts';
import { withFrame } from './frame-history.ts';
import { withinFrameBudget, type FinishedRun } from './runs.ts';

/** 'recovering': the device or the worker was lost, and is being brought back for the run. */
export type RunStage = 'idle' | RunPhase | 'recovering' | 'finished' | 'failed';

export interface RunData {
  readonly phase: RunStage;
  readonly config: RunConfig | null;
  readonly start: RunStart | null;
  /** What the present run will be called on the list. */
  readonly name: string;
  readonly status: RunStatus | null;
  readonly steps: readonly StepRecord[];
  readonly epochs: readonly EpochRecord[];
  /** Scales over the run, thinned out evenly. */
  readonly frames: readonly ScaleFrame[];
  /** The present run's result; null until it finishes. */
  readonly result: RunResult | null;
  /** The present run is tried only: it is neither listed nor opened when it ends. */
  readonly trial: boolean;
  readonly failure: Failure | null;
  /** The run that has begun and not ended, be it under way or not; no trial is. */
  readonly unfinished: UnfinishedRun | null;
  /** Where the unfinished run can go on; null while it is under way, and where there is none. */
  readonly place: RunPlace | null;
  /** Oldest first; a failed run is not among them and takes none away. */
  readonly finished: readonly FinishedRun[];
  /** The run whose model predicts, is judged and is exported; null before the first one. */
  readonly opened: number | null;
  /** A finished run that is being opened again. */
  readonly opening: number | null;
}

export const NOTHING_YET = {
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

export function withEvent(state: RunData, event: Event): RunData {
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
    case 'runs.dropped':
      return { ...state, finished: withoutWeights(state.finished, event.runIds) };
    case 'run.failed':
      if (!isRunning(state.phase) || state.phase === 'recovering') return state;
      return withFailure(state, event.error, event.place);
    case 'device.lost':
      if (!isRunning(state.phase)) return state;
      return withFailure(state, event.error, null);
    case 'reply':
    case 'error':
    case 'progress':
    case 'images.added':
    case 'project.problem':
    case 'worker.alive':
      return state;
    default: {
      const unknown: never = event;
      return unknown;
    }
  }
}

/** A finished run as the present one; `result` is a new object whenever a model newly stands ready. */
export function withOpened(state: RunData, run: FinishedRun): RunData {
  const { config, start, steps, epochs, frames, result } = run;
  const shown = { config, start, steps, epochs, frames, result: { ...result } };
  const { runId } = start;
  return { ...state, ...shown, phase: 'finished', status: null, trial: false, opened: runId };
}

/** Without a run on the list; what it showed goes too, unless another run is under way. */
export function withoutRun(state: RunData, runId: number): RunData {
  const finished = state.finished.filter(({ start }) => start.runId !== runId);
  const opened = state.opened === runId ? null : state.opened;
  if (!isOfThisRun(state, runId)) return { ...state, finished, opened };
  return { ...state, ...NOTHING_YET, phase: 'idle', config: null, finished, opened };
}

function isOfThisRun(state: RunData, runId: number): boolean {
  return state.start?.runId === runId;
}

/** The worker runs one run at a time, and its status may come before the reply that names the run. */
function withStatus(state: RunData, status: RunStatus): RunData {
  return isRunning(state.phase) ? { ...state, status, phase: status.phase } : state;
}

/** What was stopped before its first epoch has come to nothing, and was meant to. */
function withFailure(state: RunData, failure: Failure, place: RunPlace | null): RunData {
  const unfinished = failure.code === 'cancelled' ? null : state.unfinished;
  const own = place && place.runId === unfinished?.runId ? place : null;
  return { ...state, phase: 'failed', failure, unfinished, place: own };
}

/** Only one epoch is the best one: a new best takes the mark from the others. */
function withEpoch(epochs: readonly EpochRecord[], epoch: EpochRecord): readonly EpochRecord[] {
  const earlier = epoch.best ? epochs.map((other) => ({ ...other, best: false })) : epochs;
  return [...earlier, epoch];
}

function withResult(state: RunData, result: RunResult): RunData {
  const { config, start, name, steps, epochs, frames } = state;
  if (!isOfThisRun(state, result.runId) || config === null || start === null) return state;
  if (state.trial) return { ...state, phase: 'finished', result };
  const run: FinishedRun = { name, config, start, steps, epochs, frames, result, kept: true };
  const finished = withinFrameBudget([...state.finished, run]);
  const ended = { unfinished: null, place: null };
  return { ...state, ...ended, phase: 'finished', result, finished, opened: start.runId };
}

function withoutWeights(
  finished: readonly FinishedRun[],
  runIds: readonly number[],
): readonly FinishedRun[] {
  return finished.map((run) => (runIds.includes(run.start.runId) ? { ...run, kept: false } : run));
}
