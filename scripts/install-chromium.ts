import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.ts';
import { projectRoot } from './root.ts';

/** Finds a Chromium, and where there is none installs one: the system's own on Debian as root, otherwise Playwright's. */
export function ensureChromium(): string | null {
  const found = findChromium();
  if (found !== null) return found;
  console.log('No Chromium was found; installing one …');
  const root = process.getuid?.() === 0;
  if (root && existsSync('/usr/bin/apt-get')) {
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']);
    const installed = findChromium();
    if (installed !== null) return installed;
  }
  run('npx', ['playwright', 'install', ...(root ? ['--with-deps'] : []), 'chromium']);
  return findChromium();
}

function run(command: string, words: readonly string[]): void {
  spawnSync(command, [...words], {
    cwd: projectRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    shell: process.platform === 'win32',
  });
}
