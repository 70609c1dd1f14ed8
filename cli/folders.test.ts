import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readClassFolders, readImages } from './folders.ts';
import { UsageError } from './usage.ts';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'folders-'));
  const files = [
    'oak/b.png',
    'oak/a.JPG',
    'oak/deep/c.webp',
    'oak/notes.txt',
    'oak/.hidden.png',
    'ash/1.png',
    'empty/readme.md',
    '.git/x.png',
    'loose.png',
  ];
  for (const file of files) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), '');
  }
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

async function readNames(maxPerClass: number) {
  const classes = await readClassFolders(root, maxPerClass);
  return classes.map(({ name, files }) => [name, files.map((file) => relative(root, file))]);
}

it('reads classes and images in sorted order and leaves other files alone', async () => {
  expect(await readNames(Infinity)).toEqual([
    ['ash', ['ash/1.png']],
    ['oak', ['oak/a.JPG', 'oak/b.png', 'oak/deep/c.webp']],
  ]);
});

it('keeps the first images where there are too many', async () => {
  expect(await readNames(2)).toEqual([
    ['ash', ['ash/1.png']],
    ['oak', ['oak/a.JPG', 'oak/b.png']],
  ]);
});

it('finds images at any depth', async () => {
  const images = await readImages(join(root, 'oak'));
  expect(images.map((file) => relative(root, file))).toEqual([
    'oak/a.JPG',
    'oak/b.png',
    'oak/deep/c.webp',
  ]);
});

it('says what is wrong with a folder', async () => {
  await expect(readImages(join(root, 'none'))).rejects.toThrow(UsageError);
  await expect(readImages(join(root, 'loose.png'))).rejects.toThrow('must be a folder');
});
