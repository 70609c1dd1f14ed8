import type { Catalog } from '../protocol.ts';
import { demoTasks } from './data/demo/registry.ts';
import { allMethods } from './peft/registry.ts';
import { TRAINING_FIELDS } from './train/settings.ts';
import { bundledModels } from './weights/bundled.ts';
import { hubModels } from './weights/hub-catalog.ts';

/** All that this build offers. */
export function catalog(): Catalog {
  return {
    methods: allMethods().map((method) => method.info),
    training: TRAINING_FIELDS,
    bundled: bundledModels(),
    hub: hubModels(),
    demos: demoTasks().map((task) => task.card),
  };
}
