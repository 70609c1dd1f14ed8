import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { PROTOCOL_VERSION, type Event } from '../protocol.ts';
import { FUZZ, FUZZ_TIMEOUT } from '../testing/fuzz.ts';

let worker: Worker;
afterEach(() => worker.terminate());

/** Of every request but those that measure, which may take as long as they are told to. */
const types = [
  ...['project.open', 'images.import', 'images.demo', 'images.release', 'images.open'],
  ...['backbone.load', 'run.start', 'run.pause', 'run.resume', 'run.stop', 'run.open'],
  ...['run.forget', 'run.evaluate', 'predict', 'model.export', 'model.formats', 'model.import'],
  ...['goldens.check', 'cancel', 'no.such.request', '__proto__', ''],
];

const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(-1, NaN, 2 ** 60, undefined, new Blob(['no file of any kind']), 'demo'),
  fc.constantFrom<unknown>(new Float32Array(3), new Map(), [new Blob([])], { kind: 'file' }),
);
const names = [
  ...['project', 'images', 'runs', 'nextImage', 'nextRun', 'items', 'className', 'demo', 'seed'],
  ...['imagesPerClass', 'ids', 'imageId', 'source', 'config', 'trial', 'runId', 'backbone'],
  ...['mode', 'strength', 'epoch', 'image', 'format', 'file', 'name', 'files', 'target'],
];
const message = fc.record({
  type: fc.oneof(fc.constantFrom(...types), fc.jsonValue()),
  args: fc.dictionary(fc.constantFrom(...names), odd, { maxKeys: 6 }),
});

test(
  'any request is answered once, and the worker goes on',
  async () => {
    worker = new Worker(new URL('./main.ts', import.meta.url), { type: 'module' });
    let crash: string | null = null;
    worker.onerror = ({ message }) => (crash = message);
    const waiting = new Map<unknown, (event: Event) => void>();
    const answers: number[] = [];
    worker.onmessage = ({ data }: MessageEvent<Event>) => {
      if (data.type !== 'reply' && data.type !== 'error') return;
      answers.push(data.id);
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    };
    let id = 0;
    const send = (type: unknown, args: object): Promise<Event> => {
      id += 1;
      const answer = new Promise<Event>((resolve) => waiting.set(id, resolve));
      worker.postMessage({ ...args, type, id });
      return answer;
    };

    await fc.assert(
      fc.asyncProperty(message, async ({ type, args }) => {
        const answer = await send(type, args);
        if (answer.type === 'error') expect(answer.error.message).not.toBe('');
        expect(crash).toBeNull();
      }),
      FUZZ,
    );
    for (const nothing of [null, 7, 'text', [], {}]) worker.postMessage(nothing);
    const hello = await send('hello', { version: PROTOCOL_VERSION, backend: 'wasm' });
    expect(hello.type).toBe('reply');
    expect(crash).toBeNull();
    expect(new Set(answers).size).toBe(answers.length);
    expect(answers).toHaveLength(id);
  },
  FUZZ_TIMEOUT,
);
