import { modelConfigJson } from '../../lib/model-config-json.ts';
import { repeatable } from '../../lib/repeatable.ts';
import { safetensorsPieces } from '../../lib/safetensors-stream.ts';
import { ADAPTER_NAME } from '../../lib/trained-model-file.ts';
import { EngineError } from '../errors.ts';
import { writeAdapter } from './adapter.ts';
import { SAME_NUMBERS, type ExportedPart, type TrainedModel } from './contract.ts';
import { canEject, ejectScripts } from './eject.ts';
import { bundleReadme } from './readme.ts';
import { RECORD_NAME, recordTexts, SPLIT_NAME } from './record-texts.ts';

/**
 * Everything of a trained model: adapter, merged weights, config, run record, the lines of Python
 * that load it and the scripts that go on in PyTorch. A method that does not fold away leaves
 * neither merged weights nor scripts.
 * @throws EngineError "not-finite" where the model holds a number that is none.
 */
export async function bundleFiles(model: TrainedModel): Promise<ExportedPart[]> {
  for (const head of model.heads) checkHead(model, head);
  const files: ExportedPart[] = [
    { name: 'README.md', input: bundleReadme(model) },
    { name: 'config.json', input: configJson(model) },
    {
      name: ADAPTER_NAME,
      input: await writeAdapter(model),
      proof: { reader: 'adapter', tolerance: SAME_NUMBERS },
    },
  ];
  if (model.merged) {
    const { merged } = model;
    const input = repeatable(() => safetensorsPieces(merged, { format: 'pt' }));
    const proof = { reader: 'weights', tolerance: SAME_NUMBERS } as const;
    files.push({ name: 'model.safetensors', input, proof });
  }
  const texts = recordTexts(model);
  if (texts) {
    files.push(
      { name: RECORD_NAME, input: texts.record },
      { name: SPLIT_NAME, input: texts.split },
    );
  }
  if (canEject(model)) {
    for (const [script, input] of await ejectScripts()) {
      files.push({ name: `eject/${script}`, input });
    }
  }
  return files;
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
