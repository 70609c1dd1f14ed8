import { createStore, type StoreApi } from 'zustand/vanilla';
import { failureOf, type Trainer } from '../client/trainer-client.ts';
import type { UnfinishedRun } from '../projects/records.ts';
import type {
  ArrivedRun,
  BackboneInfo,
  BackboneSource,
  Event,
  Failure,
  RunConfig,
  RunPlace,
  RunStart,
} from '../protocol.ts';
import { batched, beforeNextPaint, type Schedule } from './per-frame.ts';
import {
  isRunning,
  NOTHING_YET,
  withEvent,
  withOpened,
  withoutRun,
  type RunData,
} from './run-events.ts';
import { withinFrameBudget, type FinishedRun } from './runs.ts';

export { isRunning, type RunStage } from './run-events.ts';

export interface RunState extends RunData {
  /**
   * Starts a run; what an earlier one showed stays until the worker has accepted this one. A
   * trial is shown while it trains, but not listed, and the run that is open stays so.
   */
  begin(config: RunConfig, trial?: boolean): Promise<void>;
  /**
   * Goes on with the run that is recovering, or with the unfinished one, from where it was kept.
   * @param halvings How often to halve the memory its steps take
   * @returns why it could not; null where it does
   */
  goOn(halvings?: number): Promise<Failure | null>;
  /** Keeps where the run under way is. */
  keep(): Promise<void>;
  /** The device is gone: the run that is under way waits for another one. */
  recover(): void;
  /** Ends the run that is recovering: it could not go on. */
  giveUp(failure: Failure, place: RunPlace | null): void;
  /** Gives the unfinished run up. */
  discard(): void;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
  /** Takes the worker's unasked events, from the page's single subscription. */
  receive(event: Event): void;
  rename(runId: number, name: string): void;
  /** Lists a run that came from a file, and shows it. The worker has it open. */
  arrive(run: ArrivedRun, backbone: BackboneInfo): void;
  /** Makes a finished run the present one again: its curves, scales, matrix and predictions. */
  open(runId: number): Promise<void>;
  /** Takes a run off the list and frees what the worker kept of it. */
  remove(runId: number): Promise<void>;
  /** Takes a run off the list alone. */
  forget(runId: number): void;
  /** Takes over the finished runs of an earlier session, and the one that was under way. */
  restore(
    finished: readonly FinishedRun[],
    unfinished: UnfinishedRun | null,
    place: RunPlace | null,
  ): void;
  dismissFailure(): void;
}

export type RunStore = StoreApi<RunState>;

/** What a run is called until the person names it. */
export type RunNaming = (config: RunConfig, start: RunStart, backboneLabel?: string) => string;

const byCode: RunNaming = ({ training }, { method, backbone }) =>
  `${method} · ${backbone} · seed ${training['seed'] ?? 1}`;

export function createRunStore(
  trainer: Trainer,
  schedule: Schedule = beforeNextPaint,
  nameOf: RunNaming = byCode,
  sourceOf: (hash: string) => BackboneSource | undefined = () => undefined,
): RunStore {
  return createStore<RunState>()((set, get) => {
    const fail = (error: unknown) => set({ failure: failureOf(error) });
    const queue = batched<Event>(
      (events) => set((state) => events.reduce<RunData>(withEvent, state)),
      schedule,
    );
    const ask = async (type: 'run.pause' | 'run.resume' | 'run.stop' | 'run.checkpoint') => {
      await trainer.request(type, {}).catch(fail);
    };
    let opened: Promise<void> = Promise.resolve();
    const open = async (runId: number) => {
      set({ opening: runId, failure: null });
      try {
        const hash = get().finished.find(({ start }) => start.runId === runId)?.config.backbone;
        const backbone = hash === undefined ? undefined : sourceOf(hash);
        await trainer.request('run.open', { runId, backbone });
        queue.flush();
        const run = get().finished.find(({ start }) => start.runId === runId);
        if (run) set(withOpened(get(), run));
      } catch (error) {
        fail(error);
      } finally {
        set({ opening: null });
      }
    };
    return {
      phase: 'idle',
      config: null,
      name: '',
      ...NOTHING_YET,
      trial: false,
      failure: null,
      unfinished: null,
      place: null,
      finished: [],
      opened: null,
      opening: null,
      async begin(config, trial = false) {
        await opened;
        queue.flush();
        if (isRunning(get().phase)) return;
        set({ phase: 'preparing', status: null, failure: null });
        try {
          const start = await trainer.request('run.start', { config, trial });
          queue.flush();
          const { phase, status } = get();
          const name = nameOf(config, start);
          set({ ...NOTHING_YET, phase, config, start, name, status, trial });
          if (!trial) set({ unfinished: { runId: start.runId, name, config }, place: null });
        } catch (error) {
          set({ phase: 'failed', failure: failureOf(error) });
        }
      },
      async goOn(halvings = 0) {
        await opened;
        queue.flush();
        const { phase: before, trial, unfinished, place } = get();
        const recovering = before === 'recovering';
        const run = recovering ? underWay(get()) : unfinished;
        if (!run || (isRunning(before) && !recovering)) return null;
        const { runId, name, config } = run;
        set({ phase: 'preparing', status: null, failure: null, place: null });
        try {
          const backbone = config.backbone === undefined ? undefined : sourceOf(config.backbone);
          const args = { runId, backbone, halvings };
          const { start, ...told } = await trainer.request('run.continue', args);
          queue.flush();
          const { phase, status } = get();
          const shown = { ...NOTHING_YET, ...told, start, phase, status };
          set({ ...shown, config, name, trial: recovering && trial });
          return null;
        } catch (error) {
          const failure = failureOf(error);
          set(recovering ? { phase: 'recovering' } : { phase: 'failed', failure, place });
          return failure;
        }
      },
      recover() {
        queue.flush();
        set({ phase: 'recovering', status: null, failure: null });
      },
      giveUp: (failure, place) => set({ phase: 'failed', failure, place }),
      discard: () => set({ unfinished: null, place: null }),
      async keep() {
        if (isRunning(get().phase)) await ask('run.checkpoint');
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
      arrive({ config, start, steps, epochs, frames, result }, { label }) {
        const name = nameOf(config, start, label);
        const run = { name, config, start, steps, epochs, frames, result, kept: true };
        const finished = withinFrameBudget([...get().finished, run]);
        set(withOpened({ ...get(), finished }, run));
      },
      open(runId) {
        if (get().opening === null) opened = open(runId);
        return opened;
      },
      async remove(runId) {
        get().forget(runId);
        await trainer.request('run.forget', { runId }).catch(fail);
      },
      forget: (runId) => set(withoutRun(get(), runId)),
      restore: (finished, unfinished, place) => set({ finished, unfinished, place }),
      dismissFailure: () => set({ failure: null }),
    };
  });
}

/** The run that is on the device, a trial among them; null where none is. */
function underWay({ start, config, name }: RunData): UnfinishedRun | null {
  return start && config && { runId: start.runId, name, config };
}
