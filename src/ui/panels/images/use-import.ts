import { useCallback } from 'react';
import type { ImportItem } from '../../../protocol.ts';
import type { ClassId } from '../../../stores/dataset-contents.ts';
import { useStudio } from '../../studio-context.ts';
import { trainedAmong } from '../trained-drop.ts';
import { readDrop } from './read-drop.ts';

const MODEL = /\.(safetensors|onnx|pt|pth|ckpt)$/i;

/** Sends chosen or dropped files to the worker; opens a trained model, says where others belong. */
export function useImport() {
  const { dataset, app, results } = useStudio();
  const importItems = useCallback(
    async (items: readonly ImportItem[], target?: ClassId) => {
      const trained = await trainedAmong(items);
      if (trained) {
        app.getState().setTab('export');
        await results.getState().importModel(trained);
        return;
      }
      const models = items.filter(({ path }) => MODEL.test(path));
      const others = items.filter(({ path }) => !MODEL.test(path));
      if (models[0]) {
        app
          .getState()
          .notify(
            `“${models[0].path}” is a model, not an image: open a pretrained network in step 2, a trained adapter under Export.`,
          );
        if (others.length === 0) return;
      }
      await dataset.getState().importFiles(inOrder(others), target);
    },
    [app, dataset, results],
  );
  const importDrop = useCallback(
    async (transfer: DataTransfer, target?: ClassId) => {
      const { items, unreadable } = await readDrop(transfer);
      dataset.getState().reject(unreadable);
      if (items.length > 0 || unreadable.length === 0) await importItems(items, target);
    },
    [dataset, importItems],
  );
  return { importItems, importDrop };
}

const byPath = new Intl.Collator('en', { numeric: true });

/** Browsers list a folder in any order; the same folder should make the same data set. */
function inOrder(items: readonly ImportItem[]): ImportItem[] {
  return items.toSorted((a, b) => byPath.compare(a.path, b.path));
}
