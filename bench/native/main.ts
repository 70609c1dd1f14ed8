/** Training on the machine's own GPU, in Node: the engine is the page's, and Dawn is Chromium's. */
import { spawnSync } from 'node:child_process';
import { buildNative } from './build.ts';

/** Builds `artifacts/native` and runs it with these words; without any it is only built. */
export async function native(words: readonly string[]): Promise<void> {
  const bundle = await buildNative();
  if (words.length === 0) return;
  const { status } = spawnSync(process.execPath, [bundle, ...words], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`The benchmark ended with ${status ?? 'a signal'}.`);
}
