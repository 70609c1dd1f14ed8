import { predictedClasses } from '../../lib/statistics.ts';
import type {
  BackboneInfo,
  DeviceInfo,
  EpochRecord,
  Evaluation,
  EvaluationMode,
  FormValues,
  ModeAccuracies,
  RunEnd,
  StepRecord,
} from '../../protocol.ts';

/** All that is known of a run, as run.json keeps it: enough to judge it and to do it again. */
export interface RunRecord {
  /** When the run ended, ISO 8601. */
  readonly date: string;
  /** Names of what computed it, e.g. "san-studio" and "tensorflow", and their versions. */
  readonly versions: Readonly<Record<string, string>>;
  readonly device: DeviceInfo;
  readonly backbone: Pick<BackboneInfo, 'name' | 'label' | 'family' | 'origin' | 'hash'>;
  readonly method: string;
  readonly methodOptions: FormValues;
  readonly training: FormValues;
  readonly seed: number;
  readonly classes: readonly RecordedClass[];
  readonly trainableParameters: number;
  readonly totalParameters: number;
  readonly steps: readonly StepRecord[];
  readonly epochs: readonly EpochRecord[];
  readonly end: RunEnd;
  readonly bestEpoch: number;
  readonly bestValidationAccuracy: number;
  readonly modes: ModeAccuracies | null;
  readonly evaluation: EvaluationSummary;
  /** Wall time spent training and validating. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

export interface RecordedClass {
  readonly name: string;
  readonly trainImages: number;
  readonly validationImages: number;
}

export interface EvaluationSummary {
  readonly mode: EvaluationMode;
  readonly strength: number;
  readonly images: number;
  readonly loss: number;
  readonly accuracy: number;
  /** [true class][predicted class] → images. */
  readonly confusion: readonly (readonly number[])[];
}

/** What run.json keeps of an evaluation: no image and no single prediction, only counts. */
export function summariseEvaluation(evaluation: Evaluation, classes: number): EvaluationSummary {
  const { mode, strength, labels, probabilities, loss, accuracy } = evaluation;
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  predictedClasses(probabilities, classes).forEach((predicted, image) => {
    const counts = confusion[labels[image] ?? -1];
    if (counts) counts[predicted] = (counts[predicted] ?? 0) + 1;
  });
  return { mode, strength, images: labels.length, loss, accuracy, confusion };
}
