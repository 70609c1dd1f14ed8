/** How fast single ops are with our kernels and without, there and back, in turns. */
import { parseBackend } from '../../cli/arguments.ts';
import { openTrainerPage, type TrainerPage } from '../../cli/trainer-page.ts';
import type { OpMeasured } from '../../src/protocol.ts';
import { keepJson } from '../keep.ts';
import { countOr, readWords } from '../words.ts';
import { opsTable } from './table.ts';

/** Measurements of an op before the other side has its turn. */
const ROUNDS = 2;

const usage = 'npm run bench -- ops [--backend webgpu|wasm] [--rounds N] [--records FILE]';

export async function ops(words: readonly string[]): Promise<void> {
  const values = readWords(words, ['backend', 'rounds', 'records'], usage);
  const backend = parseBackend(values.backend);
  const rounds = countOr('rounds', values.rounds, 2);
  const pages: TrainerPage[] = [];
  const found: [OpMeasured[], OpMeasured[]] = [[], []];
  let adapter = '';
  try {
    for (const kernels of ['own', 'stock'] as const) {
      const page = await openTrainerPage();
      pages.push(page);
      ({ adapter } = (await page.ask('hello', { backend, kernels })).device);
    }
    for (let round = 0; round < rounds; round++) {
      for (const [side, page] of pages.entries()) {
        found[side as 0 | 1].push(...(await page.ask('measureOps', { rounds: ROUNDS })));
      }
    }
  } finally {
    for (const page of pages) await page.close();
  }
  const [own, stock] = found;
  keepJson(values.records ?? 'artifacts/bench-ops.json', { adapter, own, stock });
  console.log(`${adapter}\n\n${opsTable(own, stock)}`);
}
