import type { Event, Preparation, RunPhase, StepRecord } from '../protocol.ts';
import type { Run } from '../engine/run.ts';
import type { TrainingHooks } from '../engine/train/contract.ts';
import { deviceBytes } from '../engine/backend.ts';

/** At most this often does the page hear of steps; it draws no faster anyway. */
const INTERVAL_MS = 100;

interface Progress {
  step: number;
  images: number;
  seconds: number;
}

/** Turns what a run tells into events, gathered so that the page is never flooded. */
export class RunReporter {
  readonly #run: Run;
  readonly #post: (event: Event) => void;
  readonly #totalSteps: number;
  readonly #steps: StepRecord[] = [];
  readonly #progress: Progress = { step: 0, images: 0, seconds: 0 };
  #phase: RunPhase = 'preparing';
  #preparation: Preparation | null = null;
  #last = 0;

  constructor(run: Run, post: (event: Event) => void) {
    this.#run = run;
    this.#post = post;
    const { step, images, trainingMs } = run.cursor;
    Object.assign(this.#progress, { step, images, seconds: trainingMs / 1000 });
    const { totalEpochs, stepsPerEpoch } = run.describe();
    this.#totalSteps = totalEpochs * stepsPerEpoch;
  }

  /** Sends what is still held back. */
  flush(): void {
    this.#last = performance.now();
    const runId = this.#run.id;
    if (this.#steps.length > 0) {
      this.#post({ type: 'run.steps', runId, steps: this.#steps.splice(0) });
    }
    const { step, images, seconds } = this.#progress;
    const secondsPerStep = step > 0 ? seconds / step : null;
    this.#post({
      type: 'run.status',
      status: {
        runId,
        phase: this.#phase,
        step,
        totalSteps: this.#totalSteps,
        imagesPerSecond: seconds > 0 ? images / seconds : 0,
        secondsLeft: secondsPerStep === null ? null : secondsPerStep * (this.#totalSteps - step),
        deviceBytes: deviceBytes(),
        preparation: this.#preparation,
      },
    });
  }

  hooks(): TrainingHooks {
    return {
      onPrepare: (preparation) => {
        this.#preparation = preparation;
        this.#flushSometimes();
      },
      onPhase: (phase) => {
        this.#phase = phase;
        if (phase !== 'preparing' && phase !== 'paused') this.#preparation = null;
        this.flush();
      },
      onProgress: (step, images, seconds) => {
        Object.assign(this.#progress, { step, images, seconds });
        this.#flushSometimes();
      },
      onStep: (record) => {
        this.#steps.push(record);
        this.#flushSometimes();
      },
      onScales: (frame) => this.#post({ type: 'run.scales', runId: this.#run.id, frame }),
      onEpoch: (epoch) => {
        this.flush();
        this.#post({ type: 'run.epoch', runId: this.#run.id, epoch });
      },
    };
  }

  #flushSometimes(): void {
    if (performance.now() - this.#last >= INTERVAL_MS) this.flush();
  }
}
