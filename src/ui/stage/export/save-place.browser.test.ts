import { afterEach, expect, test } from 'vitest';
import { canChoosePlace, choosePlace } from './save-place.ts';

const real = window.showSaveFilePicker;
afterEach(() => {
  window.showSaveFilePicker = real;
});

/** A file of the browser's own file system takes the place of one of the person's. */
async function pickable(name: string): Promise<FileSystemFileHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getFileHandle(name, { create: true });
}

test('a file goes to the place that was chosen for it', async () => {
  const suggested: string[] = [];
  window.showSaveFilePicker = ({ suggestedName }) => {
    suggested.push(suggestedName);
    return pickable('chosen.zip');
  };
  expect(canChoosePlace()).toBe(true);
  const place = await choosePlace('model.zip');
  await place?.save(new Blob(['all of ', 'it']));
  expect(suggested).toEqual(['model.zip']);
  expect(await (await (await pickable('chosen.zip')).getFile()).text()).toBe('all of it');
});

test('nothing stays of what could not be made', async () => {
  window.showSaveFilePicker = () => pickable('given-up.zip');
  await (await choosePlace('model.zip'))?.giveUp();
  const root = await navigator.storage.getDirectory();
  await expect(root.getFileHandle('given-up.zip')).rejects.toThrow();
});

test('a person may think better of it', async () => {
  window.showSaveFilePicker = () => Promise.reject(new DOMException('no', 'AbortError'));
  expect(await choosePlace('model.zip')).toBeNull();
  window.showSaveFilePicker = () => Promise.reject(new DOMException('no', 'SecurityError'));
  await expect(choosePlace('model.zip')).rejects.toThrow('no');
});
