import { TrainerError } from '../client/trainer-client.ts';
import type { RacedRun } from '../client/race-rows.ts';
import type { TrainRun } from '../client/race-runner.ts';
import type { RunConfig } from '../protocol.ts';
import { isRunning, type RunState, type RunStore } from './run.ts';

/** Trains one run after the other through the page's run store, where all of them are seen. */
export function trainOne(run: RunStore): TrainRun {
  return async (config, { trial, signal, onStart }) => {
    await run.getState().begin(config, trial);
    const { start } = accepted(run.getState(), config);
    if (start) onStart(start);
    const stop = () => {
      if (isRunning(run.getState().phase)) void run.getState().stop();
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    try {
      return trained(await untilEnded(run));
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
}

/** @throws TrainerError where the worker refused this run, or another one was under way. */
function accepted(state: RunState, config: RunConfig): RunState {
  if (state.phase === 'failed') throw failed(state);
  if (state.config === config) return state;
  throw new TrainerError({ code: 'busy', message: 'Another run took the device.' });
}

function untilEnded(run: RunStore): Promise<RunState> {
  return new Promise((resolve) => {
    let unsubscribe = () => {};
    const look = (state: RunState) => {
      if (isRunning(state.phase)) return;
      unsubscribe();
      resolve(state);
    };
    unsubscribe = run.subscribe(look);
    look(run.getState());
  });
}

function trained(state: RunState): RacedRun {
  const { start, result } = state;
  if (state.phase !== 'finished' || !start || !result) throw failed(state);
  return { start, result };
}

function failed({ failure }: RunState): TrainerError {
  return new TrainerError(
    failure ?? { code: 'internal', message: 'The run ended without a word.' },
  );
}
