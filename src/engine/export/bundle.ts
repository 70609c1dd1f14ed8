import { downloadZip } from 'client-zip';
import { modelConfigJson } from '../../lib/model-config-json.ts';
import { writeSafetensors } from '../../lib/safetensors.ts';
import { ADAPTER_NAME } from '../../lib/trained-model-file.ts';
import type { ExportedFile } from '../../protocol.ts';
import { EngineError } from '../errors.ts';
import { writeAdapter } from './adapter.ts';
import type { TrainedModel } from './contract.ts';
import { canEject, ejectScripts } from './eject.ts';
import { bundleReadme } from './readme.ts';

/**
 * Everything of a trained model in one zip: adapter, merged weights, config, run record, the
 * lines of Python that load it and the scripts that go on in PyTorch. A method that does not fold
 * away leaves neither merged weights nor scripts.
 * @throws EngineError "not-finite" where the model holds a number that is none.
 */
export async function exportBundle(
  model: TrainedModel,
  date: Date = new Date(),
): Promise<ExportedFile> {
  for (const head of model.heads) checkHead(model, head);
  const name = bundleName(model, date);
  const files: { readonly name: string; readonly input: string | Uint8Array }[] = [
    { name: 'README.md', input: bundleReadme(model) },
    { name: 'config.json', input: configJson(model) },
    { name: ADAPTER_NAME, input: await writeAdapter(model) },
  ];
  if (model.merged) {
    const input = writeSafetensors(model.merged, { format: 'pt' });
    files.push({ name: 'model.safetensors', input });
  }
  if (model.record) {
    files.push({ name: 'run.json', input: `${JSON.stringify(model.record, null, 2)}\n` });
  }
  if (model.split) {
    files.push({ name: 'split.json', input: `${JSON.stringify(model.split, null, 2)}\n` });
  }
  if (canEject(model)) {
    for (const [script, input] of await ejectScripts()) {
      files.push({ name: `eject/${script}`, input });
    }
  }
  const inFolder = files.map((file) => ({
    name: `${name}/${file.name}`,
    input: file.input,
    lastModified: date,
  }));
  return { name: `${name}.zip`, file: await downloadZip(inFolder).blob() };
}

/** timm loads weights strictly, so a head of another size must not leave the page. */
function checkHead(model: TrainedModel, head: string): void {
  const rows = model.tensors.get(`${head}.weight`)?.shape[0];
  if (rows === model.classes.length) return;
  throw new EngineError(
    'internal',
    `The head "${head}" must have one row for each of ${model.classes.length} classes; it has ${rows ?? 'none'}.`,
  );
}

function configJson(model: TrainedModel): string {
  return modelConfigJson({
    architecture: model.architecture,
    modelArgs: model.modelArgs,
    numFeatures: model.numFeatures,
    globalPool: model.backboneConfig?.globalPool ?? null,
    classes: model.classes,
    preprocessing: model.backbone.preprocessing,
    classifiers: model.heads,
    firstConv: model.firstConv,
    normEpsilon: model.backboneConfig?.normEpsilon ?? null,
  });
}

/** e.g. "vit_tiny6_patch16_128-san-2026-11-24". */
function bundleName(model: TrainedModel, date: Date): string {
  const backbone =
    model.backbone.name
      .replace(/\.safetensors$/i, '')
      .split('/')
      .pop() ?? '';
  const parts = [backbone, model.method, date.toISOString().slice(0, 10)];
  return parts.map((part) => part.replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '')).join('-');
}
