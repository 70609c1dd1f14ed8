import type { Catalog } from '../protocol.ts';
import { hasMatrixUnits } from './backend.ts';
import { demoTasks } from './data/demo/registry.ts';
import { allMethods } from './peft/registry.ts';
import { trainingFields } from './train/settings.ts';
import { bundledModels } from './weights/bundled.ts';
import { hubModels } from './weights/hub-catalog.ts';

/** All that this build offers. */
export function catalog(): Catalog {
  return {
    methods: allMethods().map((method) => method.info),
    training: trainingFields(hasMatrixUnits()),
    bundled: bundledModels(),
    hub: hubModels(),
    demos: demoTasks().map((task) => task.card),
  };
}
