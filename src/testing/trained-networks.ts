import { createRng, type Rng } from '../lib/rng.ts';
import type { StateDict } from '../lib/safetensors.ts';
import { fieldDefaults } from '../engine/form.ts';
import type { LoadedBackbone } from '../engine/loaded-backbone.ts';
import { Model } from '../engine/model.ts';
import type { PeftMethod } from '../engine/peft/contract.ts';

/** A model whose trained values are all moved a little, as training would. */
export async function movedModel(
  loaded: LoadedBackbone,
  method: PeftMethod,
  classes: readonly string[] = ['ash', 'beech', 'oak'],
): Promise<Model> {
  const model = Model.fresh(loaded, method, fieldDefaults(method.info.fields), classes, 3);
  model.network.restore(moved(await model.network.trained(), createRng(5)));
  return model;
}

function moved(values: StateDict, rng: Rng): StateDict {
  return new Map(
    [...values].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => value + 0.1 * rng.normal()) },
    ]),
  );
}
