/** What a training is told, and what it tells. */
import type { Rng } from '../../lib/rng.ts';
import type { StateDict } from '../../lib/safetensors.ts';
import type {
  EpochRecord,
  Evaluation,
  ModeAccuracies,
  Preparation,
  RunEnd,
  RunPhase,
  ScaleFrame,
  StepRecord,
} from '../../protocol.ts';
import type { Batch } from '../data/batches.ts';
import type { Split } from '../data/split.ts';
import type { Network } from '../network.ts';
import type { RunControl } from './control.ts';
import type { StepCut } from './epoch-progress.ts';
import type { LoadEvaluationBatch } from './evaluate.ts';
import type { Feed } from './feed.ts';
import type { TrainingSettings } from './settings.ts';
import type { StepWay } from './step.ts';
import type { Resumption, TrainingState } from './training-state.ts';

export interface TrainingPlan {
  readonly network: Network;
  readonly split: Split;
  readonly settings: TrainingSettings;
  readonly cut: StepCut;
  readonly way: StepWay;
  readonly control: RunControl;
  /** Brings a training batch's images, augmented. */
  readonly loadTraining: (batch: Batch, rng: Rng) => Promise<Feed>;
  /** Brings images as they are. */
  readonly loadEvaluation: LoadEvaluationBatch;
  /** Where an interrupted run goes on; null for one that begins. */
  readonly resumption: Resumption | null;
  /** Where the run's states go; null where nothing is kept. */
  readonly checkpoints: Checkpoints | null;
}

/** Keeps what a run could go on from. */
export interface Checkpoints {
  /** Whether a state is wanted now, between two steps or at an epoch's end. */
  isDue(step: number, epochEnds: boolean): boolean;
  /** Takes a state; the run does not wait for the disk. */
  take(state: TrainingState): void;
}

export interface TrainingHooks {
  onPhase(phase: RunPhase): void;
  /** Of what is done once for every image before the first step. */
  onPrepare(preparation: Preparation): void;
  /** `images` so far and the seconds they took, pauses left out; told again and again while it validates. */
  onProgress(step: number, images: number, seconds: number): void;
  onStep(record: StepRecord): void;
  onScales(frame: ScaleFrame): void;
  /** `trained` are the weights at the end of this epoch. */
  onEpoch(record: EpochRecord, trained: StateDict): void;
}

export interface TrainingOutcome {
  readonly end: RunEnd;
  readonly bestEpoch: number;
  /** Validation under the best weights, which the network now holds. */
  readonly evaluation: Evaluation;
  readonly modes: ModeAccuracies | null;
  readonly seconds: number;
  readonly imagesPerSecond: number;
}
