import type { Catalog } from '../protocol.ts';
import { demoTasks } from './data/demo/registry.ts';
import { allMethods } from './peft/registry.ts';
import { trainingFields } from './train/settings.ts';
import { bundledModels } from './weights/bundled.ts';
import { hubModels } from './weights/hub-catalog.ts';

/** All that this build offers, on a device that may make products in half precision or not. */
export function catalog(halvesProducts: boolean): Catalog {
  return {
    methods: allMethods().map((method) => method.info),
    training: trainingFields(halvesProducts),
    bundled: bundledModels(),
    hub: hubModels(),
    demos: demoTasks().map((task) => task.card),
  };
}
