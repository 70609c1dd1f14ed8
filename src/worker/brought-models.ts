/** Models that come from files: what they stand on is found, what came with them is listed. */
import { EngineError } from '../engine/errors.ts';
import type { Adapter } from '../engine/export/contract.ts';
import { openBundle } from '../engine/export/import-bundle.ts';
import { describeImported, importedRun, type ImagesByHash } from '../engine/imported-run.ts';
import { loadBackbone, type LoadedBackbone } from '../engine/loaded-backbone.ts';
import { backboneOf } from '../engine/model.ts';
import type { TrainedRun } from '../engine/trained-run.ts';
import type { OpenedModel, Requests } from '../protocol.ts';
import { loadingHooks, type RequestContext } from './request-context.ts';
import type { TrainedModels } from './trained-models.ts';

export type ImportArgs = Requests['model.import']['args'];

/** The state that a model is brought into. */
export interface Surroundings {
  readonly models: TrainedModels;
  /** The backbone that is loaded now. */
  readonly present: LoadedBackbone | null;
  readonly images: ImagesByHash;
  /** What a run that comes along is called. */
  readonly runId: number;
  /** In bytes, for all runs that are kept. */
  readonly budget: number;
}

export interface BroughtModel {
  readonly opened: OpenedModel;
  readonly loaded: LoadedBackbone;
  /** The run that came along, and those that had to make room for it. */
  readonly kept: { readonly run: TrainedRun; readonly dropped: readonly number[] } | null;
}

/** Makes it the model that predicts. @throws EngineError with a sentence; what was open stays so. */
export async function bringModel(
  args: ImportArgs,
  surroundings: Surroundings,
  context: RequestContext,
): Promise<BroughtModel> {
  const { models, present, images, runId, budget } = surroundings;
  const { adapter, run } = await openBundle(args.file, args.name, args.beside);
  const there = present?.info.hash === adapter.backbone.hash ? present : null;
  const loaded = there ?? models.share(await findBackbone(adapter, args, context));
  if (!run) {
    await models.adapt(loaded, adapter);
    return { opened: { model: await describe(models), run: null }, loaded, kept: null };
  }
  const fitting = backboneOf(adapter, loaded);
  const trained = importedRun({ id: runId, loaded: fitting, adapter, run, images });
  const { told, dropped } = await models.bring(trained, budget, (model) =>
    describeImported(trained, model, images),
  );
  const opened = { model: await describe(models), run: told };
  return { opened, loaded, kept: { run: trained, dropped } };
}

const describe = (models: TrainedModels) => models.predicting((model) => model.describe());

/** What an adapter was trained on, from where the page has it, else from where the run had it. */
function findBackbone(
  { backbone: { origin, hash, name } }: Adapter,
  { sources = {} }: ImportArgs,
  context: RequestContext,
): Promise<LoadedBackbone> {
  const source = sources[hash] ?? (origin.kind === 'file' ? null : origin);
  if (source) return loadBackbone(source, loadingHooks(context));
  throw new EngineError(
    'mismatch',
    `The adapter was trained on the weights file "${name}". Load that file as the backbone first, then open the adapter again.`,
  );
}
