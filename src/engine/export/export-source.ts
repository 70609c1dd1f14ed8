/** Where formats take a model's files from. */
import { repeatable } from '../../lib/repeatable.ts';
import { lazyTensors, safetensorsPieces } from '../../lib/safetensors-stream.ts';
import type { StateDict } from '../../lib/safetensors.ts';
import type { Model } from '../model.ts';
import type { ExportSource } from './contract.ts';
import type { TracedModel } from './graph/trace.ts';

export interface SourceHooks {
  /** Writes pieces to where they take no memory, to be read again from there. */
  readonly keep: (pieces: AsyncIterable<Uint8Array<ArrayBuffer>>) => Promise<Blob>;
  /** Frees the model: nothing more is asked of its network. */
  readonly release: () => void;
}

/**
 * Merged weights are kept once and read from there a tensor at a time, where a format wants more
 * of them than to write them down: what is traced then takes the model's place on the device.
 */
export async function exportSource(
  model: Model,
  { keep, release }: SourceHooks,
): Promise<ExportSource> {
  const home = await model.takeHome();
  let kept: Promise<StateDict> | null = null;
  let traced: Promise<TracedModel> | null = null;
  const merged = async (): Promise<StateDict | null> => {
    const { merged: stream } = home;
    if (stream) kept ??= keep(repeatable(() => safetensorsPieces(stream))).then(lazyTensors);
    const tensors = await kept;
    if (tensors) release();
    return tensors;
  };
  return {
    ...home,
    async transformers() {
      const tensors = await merged();
      return tensors && model.toTransformers(tensors);
    },
    traced: () => (traced ??= merged().then((tensors) => model.traced(tensors))),
    async dispose() {
      const made = await traced?.catch(() => null);
      made?.trace.dispose();
    },
  };
}
