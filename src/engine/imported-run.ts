/** A run that was trained elsewhere and came with its model: to be shown, opened and taken home like any other. */
import type { ArrivedRun, Evaluation, ImageId, RunClass } from '../protocol.ts';
import type { PixelStore } from './data/load-batch.ts';
import type { Sample } from './data/split.ts';
import type { Adapter } from './export/contract.ts';
import type { RecordedRun } from './export/parse-record.ts';
import type { RecordedImage } from './export/split-record.ts';
import { parseForm } from './form.ts';
import type { LoadedBackbone } from './loaded-backbone.ts';
import type { Model } from './model.ts';
import { methodNamed } from './peft/registry.ts';
import { imageLoader } from './train/feed.ts';
import { parseTraining } from './train/settings.ts';
import { TrainedRun } from './trained-run.ts';

/** What is needed of the images that are here. */
export interface ImagesByHash extends PixelStore {
  /** The image whose file has this SHA-256; null where there is none. */
  withHash(hash: string): ImageId | null;
}

export interface ImportedParts {
  readonly id: number;
  /** With the adapter's own preprocessing. */
  readonly loaded: LoadedBackbone;
  readonly adapter: Adapter;
  readonly run: RecordedRun;
  readonly images: ImagesByHash;
}

/** @throws EngineError "bad-setting" where its settings are none that the method has. */
export function importedRun({ id, loaded, adapter, run, images }: ImportedParts): TrainedRun {
  const method = methodNamed(adapter.method);
  const { record, split } = run;
  return new TrainedRun({
    ...{ id, loaded, method, record, split },
    options: parseForm(method.info.fields, adapter.methodOptions),
    classes: adapter.classes,
    validation: samplesHere(split.validation, adapter.classes, images),
    batchSize: parseTraining(method.info, record.training).batchSize,
    loadEvaluation: imageLoader(images, loaded.info.preprocessing),
    best: adapter.tensors,
    snapshots: new Map(),
  });
}

/** What the page shows of it; judged anew where the images that judged it are here. */
export async function describeImported(
  trained: TrainedRun,
  model: Model,
  images: ImagesByHash,
): Promise<ArrivedRun> {
  const { id, record, split, validation, classes, method, options } = trained.parts;
  const evaluation =
    validation.length > 0 ? await trained.evaluate(model, 'both', 1, null) : recorded(trained);
  const training = samplesHere(split.train, classes, images);
  const { scales, scaleSites } = await model.describe();
  const step = record.epochs.find(({ epoch }) => epoch === record.bestEpoch)?.step ?? 0;
  const { batchSize, accumulation, epochs } = parseTraining(method.info, record.training);
  const { seconds, imagesPerSecond, end, bestEpoch, bestValidationAccuracy, modes } = record;
  return {
    config: {
      ...{ method: record.method, methodOptions: options, training: record.training },
      classes: classes.map((name, label) => imagesOf(name, label, training, validation)),
      backbone: trained.loaded.info.hash,
    },
    start: {
      ...{ runId: id, method: record.method, backbone: trained.loaded.info.name, classes },
      ...{ totalEpochs: epochs, stepsPerEpoch: record.epochs[0]?.step ?? 0, scaleSites },
      stepOnDevice: { batchSize, accumulation, recomputes: false, bytes: 0 },
      trainImages: training.map(({ image }) => image),
      validationImages: validation.map(({ image }) => image),
      trainableParameters: record.trainableParameters,
      totalParameters: record.totalParameters,
      adapterBytes: model.adapterBytes,
      extraCost: model.network.extraCost,
    },
    steps: record.steps,
    // Each was the best one when it ended.
    epochs: record.epochs.map((each) => ({ ...each, best: each.epoch === bestEpoch })),
    frames: scaleSites.length > 0 ? [{ step, values: scales }] : [],
    result: {
      ...{ runId: id, end, bestEpoch, bestValidationAccuracy, evaluation, modes },
      ...{ seconds, imagesPerSecond },
    },
  };
}

/** All of them, or none: a part would judge the model otherwise. */
function samplesHere(
  recordedImages: readonly RecordedImage[],
  classes: readonly string[],
  images: ImagesByHash,
): Sample[] {
  const samples = recordedImages.flatMap(({ sha256, class: name }) => {
    const image = sha256 === null ? null : images.withHash(sha256);
    return image === null ? [] : [{ image, label: classes.indexOf(name) }];
  });
  return samples.length === recordedImages.length ? samples : [];
}

function imagesOf(
  name: string,
  label: number,
  training: readonly Sample[],
  validation: readonly Sample[],
): RunClass {
  const of = (samples: readonly Sample[]): ImageId[] =>
    samples.filter((sample) => sample.label === label).map(({ image }) => image);
  return { name, images: of(training), validation: of(validation) };
}

/** What its run said of the validation images, which are not here. */
function recorded(trained: TrainedRun): Evaluation {
  const { mode, strength, loss, accuracy, confusion } = trained.parts.record.evaluation;
  return {
    ...{ mode, strength, loss, accuracy, confusion },
    images: [],
    labels: new Int32Array(),
    probabilities: new Float32Array(),
  };
}
