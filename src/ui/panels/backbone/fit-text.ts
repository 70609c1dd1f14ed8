import type { Fit } from '../../../lib/memory-estimate.ts';
import { countOf, formatBytes } from '../../../lib/format.ts';

/** What the badge says; the state is in the words, not in the colour alone. */
export const fitLabel: Readonly<Record<Fit['state'], string>> = {
  fits: 'Should fit',
  tight: 'May be tight',
  'too-large': 'Too large here',
};

/** Why it should or should not fit, and what to do, in sentences. */
export function fitSentences(fit: Fit, batch: number): readonly string[] {
  const images = countOf(batch, 'image');
  const sentences = [
    `Training with ${images} at a time takes about ${formatBytes(fit.needed)}, full fine-tuning about ${formatBytes(fit.neededFully)}.`,
    `This device should give ${formatBytes(fit.comfortable)} without trouble and ${formatBytes(fit.most)} at most.`,
  ];
  const advice = adviceOf(fit);
  if (advice !== null) sentences.push(advice);
  sentences.push('These are estimates: browsers tell little about memory.');
  return sentences;
}

function adviceOf({ state, better }: Fit): string | null {
  switch (state) {
    case 'fits':
      return null;
    case 'tight':
      return better === null
        ? 'Closing other tabs and programs helps.'
        : `Where it is short, fewer go through it at a time by themselves: ${better.batch} take about ${formatBytes(better.needed)}.`;
    case 'too-large':
      return 'A smaller batch does not help: a smaller model, or one for smaller images, does.';
    default:
      return state satisfies never;
  }
}
