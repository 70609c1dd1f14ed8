import { expect, test } from 'vitest';
import { createPrivacyStore, sentBytes } from './privacy.ts';

test('what goes out is added up for each server', () => {
  const store = createPrivacyStore();
  expect(sentBytes(store.getState().recipients)).toBe(0);
  store.getState().count({ host: 'hub.example', bytes: 100 });
  store.getState().count({ host: 'files.example', bytes: 30 });
  store.getState().count({ host: 'hub.example', bytes: 7 });
  expect(store.getState().recipients).toEqual([
    { host: 'hub.example', requests: 2, bytes: 107 },
    { host: 'files.example', requests: 1, bytes: 30 },
  ]);
  expect(sentBytes(store.getState().recipients)).toBe(137);
});
