import type { FileTest, SelfTest } from '../../../protocol.ts';

/** What came of trying the written files, a sentence a file. */
export function selfTestWords({ images, source, files }: SelfTest): string[] {
  const whose = source === 'own' ? 'of your images' : 'patterns of noise';
  return files.map((file) => sentence(file, images, whose));
}

function sentence(
  { name, largestDifference, tolerance, sameClass }: FileTest,
  images: number,
  whose: string,
): string {
  const all = `${images} ${whose}`;
  const classes = sameClass === images ? `all ${all}` : `${sameClass} of the ${all}`;
  const distance =
    largestDifference === 0 ? 'the very same' : `at most ${small(largestDifference)} off`;
  return `${name}, opened again, names the same class for ${classes}; its raw scores (logits) are ${distance}, where ${tolerance} is allowed.`;
}

/** Two digits, and never a power of ten. */
function small(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 2, maximumFractionDigits: 20 });
}
