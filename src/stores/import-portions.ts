import { TrainerError, type Progress, type Trainer } from '../client/trainer-client.ts';
import type { ImportItem, ImportSummary } from '../protocol.ts';
import type { TaskOptions } from './task.ts';

/** Handing a file over takes the page up to half a millisecond: thousands at once would freeze it. */
const PORTION = 64;

/**
 * Imports the files portion by portion, as if it were one import. `onPortion` hears of every
 * portion, so that what was learned of the first ones outlives a failure of a later one.
 */
export async function importInPortions(
  trainer: Trainer,
  items: readonly ImportItem[],
  className: string | null,
  options: TaskOptions,
  onPortion: (summary: ImportSummary) => void,
): Promise<void> {
  const { signal } = options;
  /** Beyond one a file: what the zips so far have held. */
  let unpacked = 0;
  for (let at = 0; at < items.length; at += PORTION) {
    if (signal.aborted) {
      throw new TrainerError({ code: 'cancelled', message: 'The import was stopped.' });
    }
    const portion = items.slice(at, at + PORTION);
    let found = portion.length;
    const onProgress = ({ done, total, ...rest }: Progress) => {
      found = total;
      const before = at + unpacked;
      const after = items.length - at - portion.length;
      options.onProgress({ ...rest, done: before + done, total: before + total + after });
    };
    const args = { items: portion, className };
    onPortion(await trainer.request('images.import', args, { signal, onProgress }));
    unpacked += found - portion.length;
  }
}
