import { beforeEach, expect, test, vi } from 'vitest';
import { FakeTrainer } from '../testing/fake-trainer.ts';
import { keeperListener } from './keeper-listener.ts';
import { createStudio, type Studio } from './studio.ts';

let studio: Studio;

beforeEach(async () => {
  studio = createStudio(new FakeTrainer({ tick: 1 }));
  await studio.connect();
});

test('a newer version is offered, and taken when the person wants it', () => {
  const apply = vi.fn();
  keeperListener(studio).onNewer(apply);
  const notice = studio.app.getState().notices[0];
  expect(notice?.message).toMatch(/newer version/);
  expect(apply).not.toHaveBeenCalled();
  notice?.action?.run();
  expect(apply).toHaveBeenCalledOnce();
});

test('a newer version does not end a training', async () => {
  const apply = vi.fn();
  keeperListener(studio).onNewer(apply);
  await studio.tryDemo();
  studio.app.getState().notices[0]?.action?.run();
  expect(apply).not.toHaveBeenCalled();
  expect(studio.app.getState().notices.at(-1)?.message).toMatch(/The training goes on/);
  await studio.run.getState().stop();
});

test('what is sent and whether it is seen reaches the privacy figures', () => {
  const listener = keeperListener(studio);
  listener.onWatching();
  listener.onSent({ host: 'hub.example', bytes: 12 });
  expect(studio.privacy.getState()).toMatchObject({
    watch: { phase: 'watching' },
    recipients: [{ host: 'hub.example', requests: 1, bytes: 12 }],
  });
  listener.onImpossible('Not here.');
  expect(studio.privacy.getState().watch).toEqual({ phase: 'impossible', reason: 'Not here.' });
});
