import { LENGTH_BYTES } from './safetensors-header.ts';

/** What the `format` entry of an adapter's metadata says. */
export const ADAPTER_FORMAT = 'san-studio-adapter';
/** The adapter's own name inside an exported zip. */
export const ADAPTER_NAME = 'adapter.safetensors';

/** A header longer than this is no adapter's: it names a few tensors a layer. */
const HEADER_BYTES = 2 ** 20;
/** Holds a small zip's whole list of entries, which stands at its end. */
const TAIL_BYTES = 2 ** 16;

/**
 * Whether a file looks like a trained model of this page: an adapter, or a zip that lists one.
 * A quick look, for knowing where a dropped file belongs; opening it checks everything.
 */
export async function looksTrained(file: Blob, name: string): Promise<boolean> {
  if (/\.zip$/i.test(name)) return (await file.slice(-TAIL_BYTES).text()).includes(ADAPTER_NAME);
  if (!/\.safetensors$/i.test(name)) return false;
  const start = await file.slice(LENGTH_BYTES, LENGTH_BYTES + HEADER_BYTES).text();
  return start.includes(`"${ADAPTER_FORMAT}"`);
}
