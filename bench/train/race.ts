import { tell } from '../../cli/console.ts';
import type { KernelChoice, StepsMeasured } from '../../src/protocol.ts';
import type { TrainPlan } from './plan.ts';
import type { Speed } from './table.ts';

/** Has both sides measured in turns, whatever runs them. */
export async function race(
  { batch, rounds }: TrainPlan,
  { model, method, device }: Pick<Speed, 'model' | 'method' | 'device'>,
  measure: (kernels: KernelChoice) => Promise<StepsMeasured>,
): Promise<Speed> {
  const found: Record<KernelChoice, StepsMeasured[]> = { own: [], stock: [] };
  for (let round = 0; round < rounds; round++) {
    for (const kernels of ['own', 'stock'] as const) {
      const measured = await measure(kernels);
      found[kernels].push(measured);
      tell(`${model} ${method} ${kernels}: ${JSON.stringify(measured)}`);
    }
  }
  return { model, method, device, batch, date: new Date().toISOString(), ...found };
}
