/** The benchmarks by name: `npm run bench -- accuracy`. Exit codes as the command line's: 0 done, 1 failed, 2 wrong call. */
import { UsageError } from '../cli/usage.ts';
import { accuracy } from './accuracy/main.ts';
import { exports } from './exports/main.ts';
import { imports } from './imports/main.ts';
import { native } from './native/main.ts';
import { ops } from './ops/main.ts';
import { soak } from './soak/main.ts';
import { train } from './train/main.ts';

const benchmarks: Readonly<Record<string, (words: readonly string[]) => Promise<void>>> = {
  accuracy,
  exports,
  imports,
  native,
  ops,
  soak,
  train,
};

async function main([name = '', ...words]: readonly string[]): Promise<number> {
  try {
    const benchmark = benchmarks[name];
    if (!benchmark) {
      const known = Object.keys(benchmarks).join(', ');
      throw new UsageError(`A benchmark must be one of ${known}; got "${name}".`);
    }
    await benchmark(words);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
