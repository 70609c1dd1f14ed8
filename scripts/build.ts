import { spawnSync } from 'node:child_process';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from './root.ts';

/** What the built page is made from. */
const sources = [
  'src',
  'public',
  'models',
  'cli',
  'index.html',
  'vite.config.ts',
  'scripts/assembly-script.ts',
  'package.json',
];

const lock = join(projectRoot, '.tmp', 'build.lock');
const abandonedAfterMilliseconds = 5 * 60_000;

/** Builds `dist` where it is missing or older than its sources; two callers at once build it once. */
export async function ensureBuilt(): Promise<void> {
  if (await isFresh()) return;
  await takeLock();
  try {
    if (!(await isFresh())) build();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function isFresh(): Promise<boolean> {
  const built = await newest('dist/index.html');
  const changed = await Promise.all(sources.map(newest));
  return built > 0 && changed.every((time) => time <= built);
}

/** Time of the newest file under `path`, in milliseconds; 0 where there is none. */
async function newest(path: string): Promise<number> {
  const absolute = join(projectRoot, path);
  const found = await stat(absolute).catch(() => null);
  if (!found) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = await readdir(absolute);
  const times = await Promise.all(inside.map((name) => newest(join(path, name))));
  return Math.max(0, ...times);
}

function build(): void {
  console.error('Building the page …');
  const vite = join(projectRoot, 'node_modules', 'vite', 'bin', 'vite.js');
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'error'], {
    cwd: projectRoot,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (status !== 0) throw new Error('The page could not be built; the reason stands above.');
}

async function takeLock(): Promise<void> {
  await mkdir(join(projectRoot, '.tmp'), { recursive: true });
  for (;;) {
    try {
      await mkdir(lock);
      return;
    } catch {
      const held = await stat(lock).catch(() => null);
      if (held && Date.now() - held.mtimeMs > abandonedAfterMilliseconds) {
        await rm(lock, { recursive: true, force: true });
      }
      await sleep(250);
    }
  }
}
