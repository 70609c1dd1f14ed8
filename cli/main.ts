/** The headless front door: `npm run --silent san -- COMMAND`. Exit codes: 0 done, 1 the work failed, 2 the call is wrong. */
import { parseCall } from './arguments.ts';
import type { Call } from './arguments.ts';
import { checkGoldens } from './check-goldens.ts';
import { compare } from './compare.ts';
import { describeNews, print, tell } from './console.ts';
import { exportRun } from './export.ts';
import { finetune } from './finetune.ts';
import { predict } from './predict.ts';
import { openTrainerPage } from './trainer-page.ts';
import type { TrainerPage } from './trainer-page.ts';
import { usage, UsageError } from './usage.ts';

let opened: TrainerPage | null = null;

async function openPage(): Promise<TrainerPage> {
  opened = await openTrainerPage();
  opened.onNews((news) => {
    const line = describeNews(news);
    if (line !== null) tell(line);
  });
  return opened;
}

function perform(call: Call): Promise<number> {
  switch (call.command) {
    case 'help':
      print(usage.trimEnd());
      return Promise.resolve(0);
    case 'finetune':
      return finetune(call, openPage);
    case 'compare':
      return compare(call, openPage);
    case 'predict':
      return predict(call, openPage);
    case 'export':
      return exportRun(call, openPage);
    case 'check-goldens':
      return checkGoldens(call, openPage);
    default:
      return call satisfies never;
  }
}

async function main(words: readonly string[]): Promise<number> {
  try {
    return await perform(parseCall(words));
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    if (!(error instanceof UsageError)) return 1;
    tell(usage);
    return 2;
  } finally {
    await opened?.close();
  }
}

process.exitCode = await main(process.argv.slice(2));
