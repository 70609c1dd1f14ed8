import { expect, test, vi } from 'vitest';
import { repeatable } from '../../lib/repeatable.ts';
import { ExportFolder, gathered } from './export-folder.ts';

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const text of texts) yield await Promise.resolve(new TextEncoder().encode(text));
}

test('pieces become one file, on the disk and in memory', async () => {
  const folder = await ExportFolder.open();
  const file = await folder.write('weights', pieces('one ', 'two'));
  expect(file).toBeInstanceOf(File);
  expect(await file.text()).toBe('one two');
  expect(await (await gathered(pieces('one ', 'two'))).text()).toBe('one two');
  await folder.remove('weights');
  await expect(file.text()).rejects.toThrow();
});

test('where the disk is full the browser keeps the pieces itself', async () => {
  const folder = await ExportFolder.open();
  const full = new DOMException('There is no room.', 'QuotaExceededError');
  vi.spyOn(FileSystemWritableFileStream.prototype, 'write').mockRejectedValue(full);
  const file = await folder.write(
    'weights',
    repeatable(() => pieces('one ', 'two')),
  );
  vi.restoreAllMocks();
  expect(file).not.toBeInstanceOf(File);
  expect(await file.text()).toBe('one two');
});

test('a zip stays while the next one is written, and no longer', async () => {
  const folder = await ExportFolder.open();
  const [first, second, third] = [
    await folder.writeZip(pieces('1')),
    await folder.writeZip(pieces('2')),
    await folder.writeZip(pieces('3')),
  ];
  await expect(first.text()).rejects.toThrow();
  expect(await second.text()).toBe('2');
  expect(await third.text()).toBe('3');
});

test('of what ends early nothing stays', async () => {
  const folder = await ExportFolder.open();
  const broken = async function* () {
    yield* pieces('half');
    throw new Error('The device is gone.');
  };
  await expect(folder.write('weights', broken())).rejects.toThrow('The device is gone.');
  const file = await folder.write('weights', pieces('whole'));
  expect(await file.text()).toBe('whole');
});
