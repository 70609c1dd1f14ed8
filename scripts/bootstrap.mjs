/**
 * What every front door does first, in plain JavaScript because nothing may be
 * installed yet: check Node, install what the lock file names, load TypeScript.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Installs what is missing, then runs the TypeScript module at `path` (from the project's root). */
export async function runTypeScript(path) {
  checkNode();
  returnToCaller();
  if (!isInstalled()) install();
  const { register } = await import('tsx/esm/api');
  register();
  await import(pathToFileURL(join(root, path)).href);
}

/** Ends the program with a sentence where Node is too old for the toolchain. */
function checkNode() {
  const { engines } = readJson('package.json');
  const needed = engines.node.replace('>=', '');
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return;
  fail(`SAN Studio needs Node ${needed} or newer; this is Node ${process.versions.node}.`);
}

/** npm runs scripts in the project's folder; paths on the command line are meant from the caller's. */
function returnToCaller() {
  const caller = process.env['INIT_CWD'];
  if (caller && process.cwd() === root && existsSync(caller)) process.chdir(caller);
}

/** Whether the installed packages are the locked ones; what other platforms need does not count. */
function isInstalled() {
  try {
    const installed = readJson('node_modules/.package-lock.json').packages;
    const locked = Object.entries(readJson('package-lock.json').packages);
    return locked.every(
      ([path, entry]) =>
        path === '' || entry.optional || installed[path]?.version === entry.version,
    );
  } catch {
    return false;
  }
}

function install() {
  console.error('Installing what is missing (npm ci) …');
  const npm = process.env['npm_execpath'];
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []];
  const { status } = spawnSync(command, [...first, 'ci', '--no-fund', '--no-audit'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: !npm && process.platform === 'win32',
  });
  if (status !== 0) fail('npm ci did not succeed; its own message stands above.');
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
