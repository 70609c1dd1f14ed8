import type { ImageId } from '../../protocol.ts';
import type { ImageOrigin } from '../data/image-store.ts';
import type { Sample, Split } from '../data/split.ts';

/** Which images a run learned from and which judged it, as split.json keeps it: in the run's order. */
export interface SplitRecord {
  readonly train: readonly RecordedImage[];
  readonly validation: readonly RecordedImage[];
}

export interface RecordedImage {
  /** As the person saw it, "leaves/oak/1.jpg"; inside of a zip behind the zip's own name. */
  readonly path: string;
  readonly class: string;
  /** Of the file's bytes, hex; null where the page had no cryptography. */
  readonly sha256: string | null;
}

export function recordSplit(
  split: Split,
  classes: readonly string[],
  originOf: (image: ImageId) => ImageOrigin,
): SplitRecord {
  const record = ({ image, label }: Sample): RecordedImage => {
    const { path, hash } = originOf(image);
    return { path, class: classes[label] ?? '', sha256: hash };
  };
  return { train: split.train.map(record), validation: split.validation.map(record) };
}
