/**
 * Whether exported models say elsewhere what they say on the page: a short run with SAN on every
 * backbone, taken home in every format, and every program that such files are meant for asked
 * about the same photographs. Fails where one is further off than it may be.
 */
import { tell } from '../../cli/console.ts';
import { keepJson } from '../keep.ts';
import { demoPage } from './clients/demo-page.ts';
import { onnxInNode } from './clients/onnx-node.ts';
import { openedAgain } from './clients/opened-again.ts';
import { pyTorch } from './clients/pytorch.ts';
import { readmeInBrowser } from './clients/readme-browser.ts';
import { tensorFlowInNode } from './clients/tensorflow-node.ts';
import { transformersInNode } from './clients/transformers.ts';
import { isFarOff, type ExportRow } from './compare.ts';
import { exportModel, type ExportedModel } from './exported.ts';
import { parsePlan } from './plan.ts';
import { exportTables } from './table.ts';

const clients: readonly ((model: ExportedModel) => Promise<readonly ExportRow[]>)[] = [
  openedAgain,
  onnxInNode,
  tensorFlowInNode,
  readmeInBrowser,
  transformersInNode,
  demoPage,
  pyTorch,
];

export async function exports(words: readonly string[]): Promise<void> {
  const plan = parsePlan(words);
  const rows: ExportRow[] = [];
  for (const name of plan.models) {
    const model = await exportModel(plan, name);
    for (const ask of clients) {
      const answered = await ask(model);
      rows.push(...answered);
      for (const row of answered) tell(`${row.format}, ${row.client}: ${row.largest}`);
    }
    keepJson(plan.records, rows);
  }
  console.log(exportTables(rows));
  const off = rows.filter(isFarOff);
  if (off.length > 0) throw new Error(`${off.length} of ${rows.length} are too far off.`);
}
