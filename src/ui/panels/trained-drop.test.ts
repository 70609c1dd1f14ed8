import { expect, test } from 'vitest';
import { ADAPTER_FORMAT } from '../../lib/trained-model-file.ts';
import { trainedAmong } from './trained-drop.ts';

const adapter = new Blob([
  '12345678',
  JSON.stringify({ __metadata__: { format: ADAPTER_FORMAT } }),
]);
const other = new Blob(['x']);

test('an unpacked folder is one model, with what lies beside its adapter', async () => {
  const items = [
    { path: 'run/README.md', file: other },
    { path: 'run/adapter.safetensors', file: adapter },
    { path: 'run/eject/run.json', file: other },
    { path: 'run/run.json', file: other },
    { path: 'run.json', file: other },
  ];
  const found = await trainedAmong(items);
  expect(found).toMatchObject({ name: 'run/adapter.safetensors', file: adapter });
  expect(found?.beside).toEqual([
    { name: 'README.md', file: other },
    { name: 'run.json', file: other },
  ]);
});

test('an adapter may be called anything while it is alone', async () => {
  const items = [{ path: 'oaks.safetensors', file: adapter }];
  expect(await trainedAmong(items)).toMatchObject({ name: 'oaks.safetensors', beside: [] });
  expect(await trainedAmong([...items, { path: 'oak.jpg', file: other }])).toBeNull();
});

test('other files are none', async () => {
  expect(await trainedAmong([{ path: 'adapter.safetensors', file: other }])).toBeNull();
  expect(await trainedAmong([])).toBeNull();
});
