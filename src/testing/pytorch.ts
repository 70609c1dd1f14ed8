/** PyTorch, which tests in Node hold exported files to. */
import { execFile, execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** A Python that has what the exported scripts need, timm aside; null where there is none. */
const python = ['python3', '/usr/bin/python3'].find(hasTorch) ?? null;

export const hasPython = python !== null;

/** timm itself can be had. */
export const hasTimm = process.env['TIMM_SRC'] !== undefined;

/** timm itself where TIMM_SRC names the folder it can be imported from, else what stands in for it. */
const timm = process.env['TIMM_SRC'] ?? resolve('scripts/reference/stand_in');

function hasTorch(command: string): boolean {
  try {
    execFileSync(command, ['-c', 'import torch, numpy, PIL'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Folder of a golden that is kept in the repository. */
export const goldenFolder = (name: string): string => resolve('src/testing/goldens', name);

/** Milliseconds; a call that takes longer hangs, and must not outlive its test. */
const LONGEST = 110_000;

const LARGEST_OUTPUT = 256 * 2 ** 20;

interface PythonOptions {
  /** The golden whose network stands in for timm's; none where timm itself is there. */
  readonly golden?: string;
  /** Where modules are found; timm's where it is left out. */
  readonly modules?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly threads?: number;
}

/**
 * Runs Python on words and gives what it printed.
 * @throws Error with what it said where it fails.
 */
export async function runPython(
  words: readonly string[],
  { golden, modules = timm, timeout = LONGEST, threads = 1 }: PythonOptions,
): Promise<string> {
  const env = {
    ...process.env,
    PYTHONPATH: modules,
    ...(golden === undefined ? {} : { GOLDEN: goldenFolder(golden) }),
    OMP_NUM_THREADS: String(threads),
  };
  const options = { env, timeout, maxBuffer: LARGEST_OUTPUT };
  const { stdout } = await promisify(execFile)(python ?? '', words, options);
  return stdout;
}
