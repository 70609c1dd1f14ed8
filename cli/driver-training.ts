/** Training in the headless page: one run, or a race of several. */
import { TrainerError, type TrainerClient } from '../src/client/trainer-client.ts';
import type { Progress } from '../src/client/trainer-client.ts';
import type { RacePlan } from '../src/client/race-plan.ts';
import { rightOf, type RacedRun } from '../src/client/race-rows.ts';
import { runRace, type RaceProgress, type TrainRun } from '../src/client/race-runner.ts';
import type { EpochRecord, Event, RunConfig, RunResult, RunStart } from '../src/protocol.ts';
import type { FinishedRace, FinishedRun } from './driver-api.ts';

type Tell = Window['sanNews'];

export interface PageTraining {
  /** Trains one run; rejects where it fails or the device is lost. */
  finetune(config: RunConfig): Promise<FinishedRun>;
  compare(plan: RacePlan): Promise<FinishedRace>;
}

export function pageTraining(
  trainer: TrainerClient,
  tell: Tell,
  onProgress: (progress: Progress) => void,
): PageTraining {
  const train = async (config: RunConfig, trial: boolean, onStart: (start: RunStart) => void) => {
    const heard = listen(trainer, tell);
    try {
      const start = await trainer.request('run.start', { config, trial }, { onProgress });
      onStart(start);
      void tell({ type: 'start', start: plainStart(start) });
      return { start, result: await heard.result, epochs: heard.epochs };
    } finally {
      heard.stop();
    }
  };
  const trainRaced: TrainRun = (config, { trial, onStart }): Promise<RacedRun> =>
    train(config, trial, onStart);

  return {
    async finetune(config) {
      const { start, result, epochs } = await train(config, false, () => undefined);
      const { bestEpoch, bestValidationAccuracy, modes, imagesPerSecond, seconds } = result;
      return {
        start: plainStart(start),
        epochs,
        bestEpoch,
        bestValidationAccuracy,
        right: rightOf({ start, result }),
        modes,
        imagesPerSecond,
        seconds,
      };
    },
    async compare(plan) {
      let last: RaceProgress | null = null;
      const never = new AbortController().signal;
      const end = await runRace(plan, trainRaced, never, (progress) => {
        tellRace(tell, progress, last);
        last = progress;
      });
      const { rows, winner, leaders, entries, tuning } = heardOf(last);
      return { rows, winner, leaders, entries, tuning, failure: end.failure };
    },
  };
}

function heardOf(progress: RaceProgress | null): RaceProgress {
  if (progress) return progress;
  throw new Error('The race ended without a word.');
}

/** What changed since it was last told. */
function tellRace(tell: Tell, { entries, tuning }: RaceProgress, before: RaceProgress | null) {
  for (const record of tuning.slice(before?.tuning.length ?? 0)) {
    void tell({ type: 'race-rate', record });
  }
  for (const [index, entry] of entries.entries()) {
    if (entry.state === (before?.entries[index]?.state ?? 'waiting')) continue;
    void tell({ type: 'race-run', entry, place: index + 1, of: entries.length });
  }
}

interface Heard {
  readonly epochs: readonly EpochRecord[];
  /** Rejects where the run fails or the device is lost. */
  readonly result: Promise<RunResult>;
  stop(): void;
}

/** Hears the run that is about to start. */
function listen(trainer: TrainerClient, tell: Tell): Heard {
  const epochs: EpochRecord[] = [];
  let stop = () => {};
  const result = new Promise<RunResult>((resolve, reject) => {
    stop = trainer.subscribe((event: Event) => {
      switch (event.type) {
        case 'run.epoch':
          epochs.push(event.epoch);
          void tell({ type: 'epoch', epoch: event.epoch });
          return;
        case 'run.status':
          void tell({ type: 'status', status: event.status });
          return;
        case 'run.finished':
          resolve(event.result);
          return;
        case 'run.failed':
        case 'device.lost':
          reject(new TrainerError(event.error));
          return;
        default:
      }
    });
  });
  // Where the start is refused nobody waits for the end.
  result.catch(() => undefined);
  return { epochs, result, stop };
}

function plainStart(start: RunStart): FinishedRun['start'] {
  return {
    runId: start.runId,
    totalEpochs: start.totalEpochs,
    trainableParameters: start.trainableParameters,
    totalParameters: start.totalParameters,
    trainImages: start.trainImages.length,
    validationImages: start.validationImages.length,
  };
}
