/** What the index keeps of a project. Pictures and trained tensors lie in its folder. */
import type { RaceEntry, TuneRecord } from '../client/race-rows.ts';
import type {
  BackboneSource,
  EpochRecord,
  Failure,
  FormValues,
  ImageId,
  KeptFile,
  RunConfig,
  RunResult,
  RunStart,
  ScaleFrame,
  StepRecord,
} from '../protocol.ts';

export interface ProjectInfo {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
}

/** A run that has begun and not ended: whatever became of it, the worker may have kept where it was. */
export interface UnfinishedRun {
  readonly runId: number;
  readonly name: string;
  readonly config: RunConfig;
}

/** A race; its table follows from its runs. */
export interface KeptRace {
  readonly phase: 'racing' | 'finished' | 'stopped';
  readonly entries: readonly RaceEntry[];
  readonly tuning: readonly TuneRecord[];
  /** Why it could not go on; null where it was not hindered. */
  readonly failure: Failure | null;
}

/** Classes, and the images among them in their order; others are shown by runs alone. */
export interface KeptDataset {
  readonly classes: readonly { readonly id: number; readonly name: string }[];
  readonly nextClass: number;
  readonly order: readonly ImageId[];
  /** Numbers are never given twice: runs still speak of images that are gone. */
  readonly nextImage: ImageId;
}

export interface ImageRecord {
  readonly id: ImageId;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly thumbnail: Blob;
  /** Left out by older versions, as `alike` is. */
  readonly look?: string;
  readonly alike?: readonly ImageId[];
  readonly file: KeptFile;
  readonly classId: number | null;
}

export interface KeptSettings {
  /** SHA-256 of the chosen backbone's weights; null where none was chosen. */
  readonly backbone: string | null;
  readonly method: string | null;
  readonly touchedOptions: Readonly<Record<string, FormValues>>;
  readonly touchedTraining: FormValues;
  readonly suggestedTraining: FormValues;
  /** The run that was open; null where none was. */
  readonly opened: number | null;
  /** Null where every run has ended; left out in projects from before runs could go on. */
  readonly unfinished?: UnfinishedRun | null;
  /** The last race; null where none is shown, left out in projects from before races were kept. */
  readonly race?: KeptRace | null;
  readonly nextRun: number;
}

export interface RunEntry {
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

/** Where a backbone of the project comes from; a file's bytes are in it. */
export interface BackboneRecord {
  readonly hash: string;
  readonly source: BackboneSource;
}

/** Everything the index knows of a project. */
export interface ProjectContents {
  readonly dataset: KeptDataset;
  readonly settings: KeptSettings;
  readonly images: readonly ImageRecord[];
  readonly runs: readonly RunEntry[];
  readonly backbones: readonly BackboneRecord[];
}

/** What changed since the last time; all of it is written, or nothing is. */
export interface ProjectChanges {
  readonly dataset?: KeptDataset;
  readonly settings?: KeptSettings;
  readonly images?: readonly ImageRecord[];
  readonly imagesGone?: readonly ImageId[];
  readonly runs?: readonly RunEntry[];
  readonly runsGone?: readonly number[];
  readonly backbones?: readonly BackboneRecord[];
  readonly backbonesGone?: readonly string[];
}

export const EMPTY_DATASET: KeptDataset = { classes: [], nextClass: 1, order: [], nextImage: 1 };

export const EMPTY_SETTINGS: KeptSettings = {
  backbone: null,
  method: null,
  touchedOptions: {},
  touchedTraining: {},
  suggestedTraining: {},
  opened: null,
  unfinished: null,
  race: null,
  nextRun: 1,
};

/** For a copy: what a run could go on from stays where it is. */
export function withoutUnfinished(contents: ProjectContents): ProjectContents {
  return { ...contents, settings: { ...contents.settings, unfinished: null } };
}
