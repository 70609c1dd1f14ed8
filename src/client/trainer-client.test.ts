import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { Command, Event as TrainerEvent } from '../protocol.ts';
import { TrainerClient, TrainerError, type Progress } from './trainer-client.ts';

/** Keeps what it was asked, and says what a test has it say. */
class SilentWorker extends EventTarget implements Worker {
  onmessage = null;
  onmessageerror = null;
  onerror = null;
  readonly asked: Command[] = [];
  ended = false;

  postMessage(command: Command): void {
    this.asked.push(command);
  }

  terminate(): void {
    this.ended = true;
  }

  say(event: TrainerEvent): void {
    this.dispatchEvent(new MessageEvent('message', { data: event }));
  }
}

function clientOf(): { client: TrainerClient; workers: SilentWorker[] } {
  const workers: SilentWorker[] = [];
  const client = new TrainerClient(() => {
    const worker = new SilentWorker();
    workers.push(worker);
    return worker;
  });
  return { client, workers };
}

const failure = { code: 'bad-image', message: 'It is no picture.' } as const;

test('replies find the request they answer, in any order', async () => {
  const { client, workers } = clientOf();
  const release = client.request('images.release', { ids: [1] });
  const open = client.request('images.open', { imageId: 2 });
  const [first, second] = workers[0]!.asked;
  const file = new Blob(['pixels']);
  workers[0]!.say({ type: 'error', id: first!.id, error: failure });
  workers[0]!.say({ type: 'reply', id: second!.id, result: file });
  await expect(open).resolves.toBe(file);
  await expect(release).rejects.toEqual(new TrainerError(failure));
});

test('progress is that of its own request, until it is answered', async () => {
  const { client, workers } = clientOf();
  const heard: Progress[] = [];
  const items = { items: [], className: null };
  const onProgress = (progress: Progress) => heard.push(progress);
  const importing = client.request('images.import', items, { onProgress });
  const { id } = workers[0]!.asked[0]!;
  const progress = { type: 'progress', id, total: 2, unit: 'images', note: '' } as const;
  workers[0]!.say({ ...progress, done: 1 });
  workers[0]!.say({ ...progress, id: id + 1, done: 2 });
  workers[0]!.say({ type: 'reply', id, result: { added: 1, animated: 0, rejected: [] } });
  await importing;
  workers[0]!.say({ ...progress, done: 2 });
  expect(heard.map(({ done }) => done)).toEqual([1]);
});

test('an aborted request is taken back, one that was answered is not', async () => {
  const { client, workers } = clientOf();
  const stop = new AbortController();
  const { signal } = stop;
  const answered = client.request('images.open', { imageId: 1 }, { signal });
  const pending = client.request('images.open', { imageId: 2 }, { signal });
  const asked = workers[0]!.asked.map(({ id }) => id);
  workers[0]!.say({ type: 'reply', id: asked[0]!, result: new Blob() });
  await answered;
  stop.abort();
  expect(workers[0]!.asked.slice(2)).toMatchObject([{ type: 'cancel', target: asked[1] }]);
  const cancelled = { code: 'cancelled', message: 'Opening was stopped.' } as const;
  workers[0]!.say({ type: 'error', id: asked[1]!, error: cancelled });
  await expect(pending).rejects.toMatchObject({ code: 'cancelled' });
});

test('thousands of requests leave nothing behind on the signal they share', async () => {
  const { client, workers } = clientOf();
  const { signal } = new AbortController();
  for (let imageId = 0; imageId < 3; imageId++) {
    const opening = client.request('images.open', { imageId }, { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    workers[0]!.say({ type: 'reply', id: workers[0]!.asked.at(-1)!.id, result: new Blob() });
    await opening;
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('a worker started anew fails what the old one was asked, and the old one is heard no more', async () => {
  const { client, workers } = clientOf();
  const events: TrainerEvent[] = [];
  client.subscribe((event) => events.push(event));
  const open = client.request('images.open', { imageId: 1 });
  client.restart();
  await expect(open).rejects.toMatchObject({ code: 'device-lost' });
  expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
  workers[0]!.say({ type: 'images.added', images: [] });
  workers[1]!.say({ type: 'images.added', images: [] });
  expect(events).toEqual([{ type: 'images.added', images: [] }]);
});

test('a worker that cannot start fails what it was asked, and says so', async () => {
  const { client, workers } = clientOf();
  const events: TrainerEvent[] = [];
  client.subscribe((event) => events.push(event));
  const open = client.request('images.open', { imageId: 1 });
  workers[0]!.dispatchEvent(new Event('error'));
  const error = { code: 'internal', message: 'The training worker could not be started.' };
  await expect(open).rejects.toMatchObject(error);
  expect(events).toEqual([{ type: 'device.lost', error }]);
});
