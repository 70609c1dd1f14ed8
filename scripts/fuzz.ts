/** The fuzz tests at length: `npm run fuzz`, or `npm run fuzz -- 5000` for as many tries of each. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findChromium } from './chromium.ts';
import { projectRoot } from './root.ts';

const TRIES = 100_000;

const [word] = process.argv.slice(2);
const tries = Number(word ?? TRIES);
if (!Number.isInteger(tries) || tries < 1) {
  console.error(`The tries must be a whole number from 1; got "${word ?? ''}".`);
  process.exit(2);
}
if (findChromium() === null)
  console.error('There is no Chromium: only what runs in Node is tried.');
const projects = findChromium() === null ? ['node'] : ['node', 'browser-*'];
const { status } = spawnSync(
  process.execPath,
  [
    join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs'),
    ...['run', '.fuzz.', '--maxWorkers=1', ...projects.flatMap((name) => ['--project', name])],
  ],
  {
    cwd: projectRoot,
    stdio: 'inherit',
    env: { ...process.env, VITE_FUZZ_RUNS: String(tries) },
  },
);
process.exitCode = status ?? 1;
