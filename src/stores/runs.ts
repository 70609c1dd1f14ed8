import type {
  EpochRecord,
  RunConfig,
  RunResult,
  RunStart,
  ScaleFrame,
  StepRecord,
} from '../protocol.ts';

/** A run of this page that came to its end, kept to be compared and opened again. */
export interface FinishedRun {
  /** What the person calls it; at first made of method, backbone and seed. */
  readonly name: string;
  readonly config: RunConfig;
  readonly start: RunStart;
  readonly steps: readonly StepRecord[];
  readonly epochs: readonly EpochRecord[];
  /** Scales over the run, thinned out evenly. */
  readonly frames: readonly ScaleFrame[];
  readonly result: RunResult;
  /** False once the worker had no room left for its weights: it can be compared, but not opened. */
  readonly kept: boolean;
}
