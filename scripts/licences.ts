/**
 * Under which licences everything stands that is installed: read from the lock file, so that what
 * other platforms install is among it. Called as a program it prints a line a package.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { projectRoot } from './root.ts';

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, e.g. "MIT" or "(MIT OR CC0-1.0)"; null where the package states none. */
  readonly licence: string | null;
  /** Used while the page is made and tested; nothing of it is in the page by itself. */
  readonly development: boolean;
}

/** For the page and for making it: what is given away may be passed on under them. */
const permissive = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
];

/** For tools alone: a licence that binds who changes the tool, or who passes on its data. */
const forTools = ['CC-BY-4.0', 'LGPL-3.0-or-later', 'MPL-2.0', 'Python-2.0'];

/** Whether a package may be used where it is used. Every part of "A AND B" must be allowed, one of "A OR B". */
export function isAllowed({ licence, development }: LockedPackage): boolean {
  if (licence === null) return false;
  const allowed = new Set(development ? [...permissive, ...forTools] : permissive);
  const alternatives = licence.replaceAll(/[()]/g, '').split(' OR ');
  return alternatives.some((each) => each.split(' AND ').every((part) => allowed.has(part)));
}

interface LockFile {
  readonly packages: Readonly<
    Record<string, { version?: string; license?: string; dev?: boolean; devOptional?: boolean }>
  >;
}

/** All packages of a lock file, by name. */
export function lockedPackages(lockFile: LockFile): LockedPackage[] {
  return Object.entries(lockFile.packages)
    .filter(([path]) => path !== '')
    .map(([path, { version = '', license = null, dev = false, devOptional = false }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      licence: license,
      development: dev || devOptional,
    }))
    .sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version));
}

export function readLockFile(): LockFile {
  // npm's own format, written by npm.
  return JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as LockFile;
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  for (const { name, version, licence, development } of lockedPackages(readLockFile())) {
    const use = development ? 'tools' : 'page';
    console.log([`${name} ${version}`, licence ?? 'no licence stated', use].join('\t'));
  }
}
