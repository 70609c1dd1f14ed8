/**
 * What the command line asks of the page. Everything here crosses as JSON, so
 * files are addresses on the command line's own server and arrays are plain.
 */
import type { WithAlikes } from '../src/lib/look-alikes.ts';
import type { RacePlan } from '../src/client/race-plan.ts';
import type { RaceEntry, RaceOutcome, TuneRecord } from '../src/client/race-rows.ts';
import type {
  BackboneInfo,
  BackendName,
  Catalog,
  DeviceInfo,
  EpochRecord,
  Failure,
  GoldenReport,
  ImageId,
  KernelChoice,
  EvaluationMode,
  MemoryMeasured,
  ModeAccuracies,
  RejectedFile,
  RunClass,
  RunConfig,
  RunStart,
  RunStatus,
  SelfTest,
  OpMeasured,
  StepsMeasured,
  StepsPlan,
} from '../src/protocol.ts';

/** A file on the command line's side: where the page fetches it and what it is called. */
export interface RemoteFile {
  readonly url: string;
  readonly name: string;
}

export type RemoteSource =
  | { readonly kind: 'bundled'; readonly name: string }
  | { readonly kind: 'hub'; readonly repository: string }
  | {
      readonly kind: 'file';
      readonly weights: RemoteFile;
      readonly config: RemoteFile | null;
      readonly preprocessor: RemoteFile | null;
    };

export interface ImportedImages {
  /** Each with those before it that look almost the same. */
  readonly images: readonly WithAlikes[];
  /** How many of them are the first frame of several. */
  readonly animated: number;
  readonly rejected: readonly RejectedFile[];
}

export interface FinishedRun {
  readonly start: Pick<
    RunStart,
    'runId' | 'totalEpochs' | 'trainableParameters' | 'totalParameters'
  > & {
    readonly trainImages: number;
    readonly validationImages: number;
  };
  readonly epochs: readonly EpochRecord[];
  readonly bestEpoch: number;
  readonly bestValidationAccuracy: number;
  /** Which validation images the restored best weights classify rightly: 1 or 0. */
  readonly right: readonly number[];
  readonly modes: ModeAccuracies | null;
  readonly imagesPerSecond: number;
  readonly seconds: number;
}

export interface FinishedRace extends RaceOutcome {
  readonly entries: readonly RaceEntry[];
  readonly tuning: readonly TuneRecord[];
  /** Why it could not go on to its end; null where it was not hindered. */
  readonly failure: Failure | null;
}

export interface PlainPrediction {
  readonly classes: readonly string[];
  readonly logits: readonly number[];
  readonly probabilities: readonly number[];
}

/** Request name → what it takes and gives. */
export interface DriverRequests {
  hello: {
    args: { backend: BackendName | 'auto'; kernels?: KernelChoice };
    result: { device: DeviceInfo; catalog: Catalog };
  };
  importImages: {
    args: { files: readonly RemoteFile[]; className: string };
    result: ImportedImages;
  };
  /** Draws a demo task; gives its images by class. */
  importDemo: {
    args: { demo: string; seed: number; imagesPerClass: number };
    result: { classes: readonly RunClass[] };
  };
  loadBackbone: { args: { source: RemoteSource }; result: BackboneInfo };
  finetune: { args: { config: RunConfig }; result: FinishedRun };
  compare: { args: { plan: RacePlan }; result: FinishedRace };
  importAdapter: {
    args: { file: RemoteFile };
    result: { method: string; classes: readonly string[] };
  };
  predict: { args: { file: RemoteFile }; result: PlainPrediction };
  /** Sends the exported zip to `upload` by POST; tells its name and how it was tried. */
  exportModel: {
    args: { upload: string; format: string; images: readonly ImageId[] };
    result: { name: string; selfTest: SelfTest };
  };
  measureSteps: {
    args: StepsPlan;
    result: StepsMeasured;
  };
  /** Judges the validation images again, in one of the four modes. */
  evaluate: { args: { mode: EvaluationMode; strength: number }; result: { accuracy: number } };
  /** Frees a finished run. */
  forgetRun: { args: { runId: number }; result: null };
  releaseImages: { args: { ids: readonly ImageId[] }; result: null };
  /** What page and worker hold; `heapBytes` of both, once what nobody needs is collected. */
  measureMemory: { args: Record<string, never>; result: MemoryMeasured & { heapBytes: number } };
  measureOps: { args: { rounds: number }; result: readonly OpMeasured[] };
  checkGoldens: {
    args: { files: readonly RemoteFile[]; methods: readonly string[] | null };
    result: GoldenReport;
  };
}

export type DriverRequestName = keyof DriverRequests;

export type DriverAnswer<K extends DriverRequestName> =
  | { readonly ok: true; readonly value: DriverRequests[K]['result'] }
  | { readonly ok: false; readonly error: Failure };

/** What the page tells while a request is under way. */
export type DriverNews =
  | {
      readonly type: 'progress';
      readonly done: number;
      readonly total: number;
      readonly note: string;
    }
  | { readonly type: 'start'; readonly start: FinishedRun['start'] }
  | { readonly type: 'epoch'; readonly epoch: EpochRecord }
  | { readonly type: 'race-rate'; readonly record: TuneRecord }
  | {
      readonly type: 'race-run';
      readonly entry: RaceEntry;
      /** From 1. */
      readonly place: number;
      readonly of: number;
    }
  | { readonly type: 'status'; readonly status: RunStatus };

declare global {
  /** What the driver page puts on its window, and what it expects to find there. */
  interface Window {
    sanRequest<K extends DriverRequestName>(
      name: K,
      args: DriverRequests[K]['args'],
    ): Promise<DriverAnswer<K>>;
    sanNews(news: DriverNews): Promise<void>;
  }
}
