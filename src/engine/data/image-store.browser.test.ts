import { zipSync } from 'fflate';
import { afterEach, describe, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import type { ImportItem, Preprocessing } from '../../protocol.ts';
import { animatedPng, animatedWebp } from '../../testing/animated-pictures.ts';
import { StoreWorker } from '../../testing/image-store-client.ts';
import { bitmapFile, picture, redBlue } from '../../testing/pictures.ts';
import { whiteCanvas } from './canvas.ts';

const preprocessing: Preprocessing = {
  size: 32,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  interpolation: 'bicubic',
  cropShare: 1,
  cropMode: 'squash',
};

const workers: StoreWorker[] = [];

async function openStore(): Promise<StoreWorker> {
  const worker = new StoreWorker();
  workers.push(worker);
  await worker.call('open');
  return worker;
}

afterEach(async () => {
  for (const worker of workers.splice(0)) {
    await Promise.race([worker.call('close'), new Promise((done) => setTimeout(done, 1000))]);
    worker.terminate();
  }
});

const item = (path: string, file: Blob): ImportItem => ({ path, file });
const bytesOf = async (file: Blob): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await file.arrayBuffer());

async function zipOf(files: Readonly<Record<string, Blob>>): Promise<Blob> {
  const entries = Object.entries(files).map(async ([path, file]) => [path, await bytesOf(file)]);
  const bytes = zipSync(
    Object.fromEntries(await Promise.all(entries)) as Record<string, Uint8Array>,
  );
  return new Blob([new Uint8Array(bytes)]);
}

async function bytesOnDisk(worker: StoreWorker, pattern: RegExp): Promise<number> {
  const files = Object.entries(await worker.call('files'));
  return files.reduce((sum, [path, size]) => sum + (pattern.test(path) ? size : 0), 0);
}

describe('ImageStore.import', () => {
  it('names classes by folder, keeps same names, turns away twins and what is no picture', async () => {
    const worker = await openStore();
    const { summary, images } = await worker.call(
      'import',
      [
        item('leaves/oak/1.bmp', bitmapFile(1)),
        item('leaves/oak/2.bmp', bitmapFile(2)),
        item('leaves/elm/1.bmp', bitmapFile(3)),
        item('leaves/elm/copy.bmp', bitmapFile(2)),
        item('leaves/elm/notes.txt', new Blob(['not a picture'])),
        item('leaves/elm/empty.jpg', new Blob([])),
        item('leaves/.DS_Store', new Blob(['x'])),
        item('leaves/elm/Thumbs.db', new Blob(['x'])),
        item('__MACOSX/leaves/oak/._1.bmp', new Blob(['x'])),
        item('root.bmp', bitmapFile(4)),
        item('leaves/elm/1.bmp', bitmapFile(5)),
      ],
      null,
      Infinity,
    );
    expect(images.map(({ path, className }) => [path, className])).toEqual([
      ['leaves/oak/1.bmp', 'oak'],
      ['leaves/oak/2.bmp', 'oak'],
      ['leaves/elm/1.bmp', 'elm'],
      ['root.bmp', null],
      ['leaves/elm/1.bmp', 'elm'],
    ]);
    expect(new Set(images.map(({ id }) => id)).size).toBe(5);
    expect(summary).toEqual({
      added: 5,
      animated: 0,
      rejected: [
        {
          path: 'leaves/elm/copy.bmp',
          reason: 'It is the same picture as leaves/oak/2.bmp.',
        },
        {
          path: 'leaves/elm/notes.txt',
          reason: 'This is not a picture that the browser can decode.',
        },
        {
          path: 'leaves/elm/empty.jpg',
          reason: 'The file is empty (0 bytes); expected a picture.',
        },
      ],
    });
  });

  it('takes the first frame of what moves, and counts it', async () => {
    const worker = await openStore();
    const paint = (colour: string, type: 'image/png' | 'image/webp') =>
      picture(20, 20, type, (context) => {
        context.fillStyle = colour;
        context.fillRect(0, 0, 20, 20);
      });
    const frames = (type: 'image/png' | 'image/webp') =>
      Promise.all([paint('red', type), paint('blue', type)]);
    const items = [
      item('moving.webp', await animatedWebp(await frames('image/webp'), 20)),
      item('moving.png', await animatedPng(await frames('image/png'), 20)),
      item('still.png', await paint('blue', 'image/png')),
    ];
    const { images, summary } = await worker.call('import', items, null, Infinity);
    expect(summary).toEqual({ added: 3, animated: 2, rejected: [] });
    const reds = images.map(async ({ thumbnail }) => {
      const { context } = whiteCanvas(1, 1);
      context.drawImage(await createImageBitmap(thumbnail), 0, 0);
      return context.getImageData(0, 0, 1, 1).data[0]! > 200;
    });
    expect(await Promise.all(reds)).toEqual([true, true, false]);
  });

  it('gives sizes and small thumbnails, and the target’s class before the folder’s', async () => {
    const worker = await openStore();
    const file = await picture(400, 300, 'image/png', redBlue);
    const { images } = await worker.call('import', [item('a/b.png', file)], 'chosen', Infinity);
    expect(images[0]).toMatchObject({ className: 'chosen', width: 400, height: 300 });
    const thumbnail = await createImageBitmap(images[0]!.thumbnail);
    expect([thumbnail.width, thumbnail.height]).toEqual([96, 72]);
    expect(await bytesOf(await worker.call('file', images[0]!.id))).toEqual(await bytesOf(file));
  });

  it('unpacks zips, whatever their entries are called', async () => {
    const worker = await openStore();
    const inner = await zipOf({ 'x/1.bmp': bitmapFile(9) });
    const zip = await zipOf({
      'set/oak/1.bmp': bitmapFile(1),
      '../../elm/2.bmp': bitmapFile(2),
      '/absolute/3.bmp': bitmapFile(3),
      '4.bmp': bitmapFile(4),
      '__MACOSX/set/oak/._1.bmp': new Blob(['x']),
      'set/inner.zip': inner,
      'set/oak/again.bmp': bitmapFile(1),
    });
    const { summary, images, progress } = await worker.call(
      'import',
      [item('leaves.zip', zip), item('ash/more.zip', await zipOf({ '5.bmp': bitmapFile(5) }))],
      null,
      Infinity,
    );
    expect(images.map(({ path, className }) => [path, className])).toEqual([
      ['leaves.zip/set/oak/1.bmp', 'oak'],
      ['leaves.zip/elm/2.bmp', 'elm'],
      ['leaves.zip/absolute/3.bmp', 'absolute'],
      ['leaves.zip/4.bmp', null],
      ['ash/more.zip/5.bmp', 'ash'],
    ]);
    expect(summary?.rejected).toEqual([
      {
        path: 'leaves.zip/set/inner.zip',
        reason: 'A zip inside a zip is not opened; unpack the outer one first.',
      },
      {
        path: 'leaves.zip/set/oak/again.bmp',
        reason: 'It is the same picture as leaves.zip/set/oak/1.bmp.',
      },
    ]);
    expect(progress.at(-1)).toEqual([7, 7]);
    const first = await worker.call('file', images[1]!.id);
    expect(await bytesOf(first)).toEqual(await bytesOf(bitmapFile(2)));
    expect(await bytesOnDisk(worker, /pack-/)).toBeGreaterThan(0);
    await worker.call(
      'release',
      images.map(({ id }) => id),
    );
    await expect.poll(() => bytesOnDisk(worker, /pack-/)).toBe(0);
  });

  it('takes names in any script', async () => {
    const worker = await openStore();
    const names = [
      'गुलाब',
      'バラ',
      'وردة',
      'роза',
      'e\u0301glantine',
      '🌹',
      'a b%20c#?&',
      'x'.repeat(200),
    ];
    const files = names.map((name, i) => [`${name}/${name} ${i}.bmp`, bitmapFile(i)] as const);
    const loose = files.map(([path, file]) => item(path, file));
    const packed = files.map(([path], i) => [path, bitmapFile(1000 + i)] as const);
    const zip = await zipOf(Object.fromEntries(packed));
    const items = [...loose, item('цветы.zip', zip)];
    const { summary, images } = await worker.call('import', items, null, Infinity);
    expect(summary).toEqual({ added: 2 * names.length, animated: 0, rejected: [] });
    expect(images.map(({ className }) => className)).toEqual([...names, ...names]);
    expect(images.map(({ path }) => path)).toEqual([
      ...files.map(([path]) => path),
      ...files.map(([path]) => `цветы.zip/${path}`),
    ]);
  });

  it('says of a zip that is called a picture that it is none', async () => {
    const worker = await openStore();
    const zip = await zipOf({ 'oak/1.bmp': bitmapFile(1) });
    const { summary } = await worker.call('import', [item('a.jpg', zip)], null, Infinity);
    expect(summary?.rejected).toEqual([
      { path: 'a.jpg', reason: 'This is not a picture that the browser can decode.' },
    ]);
  });

  it('turns away a broken zip and goes on', async () => {
    const worker = await openStore();
    const zip = await zipOf({ 'oak/1.bmp': bitmapFile(1) });
    const items = [item('a.zip', zip.slice(0, -30)), item('b.bmp', bitmapFile(2))];
    const { summary } = await worker.call('import', items, null, Infinity);
    expect(summary).toEqual({
      added: 1,
      animated: 0,
      rejected: [
        {
          path: 'a.zip',
          reason: 'This zip is damaged or cut off: its table of contents cannot be read.',
        },
      ],
    });
  });

  it.each(['files', 'a zip'])('stops when asked and keeps what was added: %s', async (kind) => {
    const worker = await openStore();
    const names = Array.from({ length: 600 }, (_, index) => `oak/${index}.bmp`);
    const files = names.map((path, index) => item(path, bitmapFile(index)));
    const zip = await zipOf(Object.fromEntries(files.map(({ path, file }) => [path, file])));
    const items = kind === 'files' ? files : [item('oak.zip', zip)];
    const stopped = await worker.call('import', items, null, 64);
    const kept = stopped.images.length;
    expect(stopped.failure).toEqual({
      code: 'cancelled',
      message: `The import was stopped; ${kept} images had been added.`,
    });
    expect(kept).toBeGreaterThanOrEqual(64);
    expect(kept).toBeLessThan(600);
    const again = await worker.call('import', items, null, Infinity);
    expect(again.summary?.added).toBe(600 - kept);
    expect(again.summary?.rejected).toHaveLength(kept);
    const pixels = await worker.call('pixels', [stopped.images[0]!.id], preprocessing);
    expect(pixels).toHaveLength(32 * 32 * 3);
  });
});

describe('ImageStore.prepare', () => {
  it('prepares what is missing, and its pixels are those of decoding the file', async () => {
    const worker = await openStore();
    const file = await picture(90, 70, 'image/png', redBlue);
    const items = [item('a.bmp', bitmapFile(0x804020)), item('b.png', file)];
    const { images } = await worker.call('import', items, null, Infinity);
    const ids = images.map(({ id }) => id);
    const progress = await worker.call('prepare', ids, preprocessing);
    expect(progress.at(-1)).toEqual([2, 2]);
    expect(await worker.call('prepare', ids, preprocessing)).toEqual([]);
    const pixels = await worker.call('pixels', [ids[1]!, ids[0]!, ids[1]!], preprocessing);
    const record = 32 * 32 * 3;
    expect(pixels).toHaveLength(3 * record);
    const decoded = await worker.call('decode', file, preprocessing);
    expect(pixels.subarray(0, record)).toEqual(decoded);
    expect(pixels.subarray(2 * record)).toEqual(decoded);
    expect([...pixels.subarray(record, record + 3)]).toEqual([0x80, 0x40, 0x20]);
  });

  it('keeps pixels of one preprocessing only, and finds them gone for released images', async () => {
    const worker = await openStore();
    const items = Array.from({ length: 10 }, (_, index) => item(`${index}.bmp`, bitmapFile(index)));
    const { images } = await worker.call('import', items, null, Infinity);
    const ids = images.map(({ id }) => id);
    await worker.call('prepare', ids, preprocessing);
    expect(await bytesOnDisk(worker, /pixels-/)).toBe(10 * 32 * 32 * 3);
    await worker.call('prepare', ids, { ...preprocessing, size: 16 });
    expect(await bytesOnDisk(worker, /pixels-/)).toBe(10 * 16 * 16 * 3);
    await worker.call('release', [ids[0]!]);
    await expect(worker.call('pixels', [ids[0]!], preprocessing)).rejects.toMatchObject({
      code: 'bad-request',
      message: `There is no image ${ids[0]}; it may have been removed.`,
    });
    await expect(worker.call('file', 4711)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('imports and prepares a thousand images in bounded room, always listening', async () => {
    const worker = await openStore();
    const count = 1000;
    const items = Array.from({ length: count }, (_, index) =>
      item(`class ${index % 5}/${index}.bmp`, bitmapFile(index * 5)),
    );
    const { summary, images, batches, longestPause } = await worker.call(
      'import',
      items,
      null,
      Infinity,
    );
    expect(summary).toEqual({ added: count, animated: 0, rejected: [] });
    expect(images.map(({ path }) => path)).toEqual(items.map(({ path }) => path));
    expect(Math.max(...batches)).toBeLessThanOrEqual(64);
    // Generous, because tests share the machine; a blocked worker would show seconds.
    expect(longestPause).toBeLessThan(500);
    const thumbnails = images.reduce((sum, { thumbnail }) => sum + thumbnail.size, 0);
    expect(thumbnails / count).toBeLessThan(4096);
    const ids = images.map(({ id }) => id);
    await worker.call('prepare', ids, preprocessing);
    const record = 32 * 32 * 3;
    expect(await bytesOnDisk(worker, /pixels-/)).toBe(count * record);
    const pixels = await worker.call('pixels', [ids[999]!, ids[7]!], preprocessing);
    expect([pixels[2], pixels[record + 2]]).toEqual([(999 * 5) & 255, 35]);
    // Released records are used again: the file does not grow.
    await worker.call('release', ids.slice(0, 300));
    const more = items.slice(0, 300).map(({ path }, index) => item(path, bitmapFile(-index - 1)));
    const second = await worker.call('import', more, null, Infinity);
    await worker.call(
      'prepare',
      second.images.map(({ id }) => id),
      preprocessing,
    );
    expect(await bytesOnDisk(worker, /pixels-/)).toBe(count * record);
  });
});

describe('a full disk', () => {
  const setQuota = (quotaSize?: number): Promise<unknown> =>
    cdp().send('Storage.overrideQuotaForOrigin', { origin: location.origin, quotaSize });

  it('is told in a sentence, and nothing is lost', async () => {
    const worker = await openStore();
    const items = Array.from({ length: 8 }, (_, index) => item(`${index}.bmp`, bitmapFile(index)));
    const { images } = await worker.call('import', items, null, Infinity);
    const ids = images.map(({ id }) => id);
    const large = { ...preprocessing, size: 512 };
    const before = await worker.call('pixels', ids.slice(0, 1), large);
    const full = {
      code: 'storage',
      message:
        'The browser’s storage is full. Free disk space or remove images, then try again; nothing was lost.',
    };
    const noise = crypto.getRandomValues(new Uint8Array(60_000));
    const zip = await zipOf({ 'oak/1.bmp': bitmapFile(500, 512), 'oak/2.bin': new Blob([noise]) });
    await setQuota((await navigator.storage.estimate()).usage);
    try {
      await expect(worker.call('prepare', ids, large)).rejects.toMatchObject(full);
      const stopped = await worker.call('import', [item('a.zip', zip)], null, Infinity);
      expect(stopped.failure).toMatchObject(full);
      expect(await worker.call('pixels', ids.slice(0, 1), large)).toEqual(before);
    } finally {
      await setQuota();
    }
    const progress = await worker.call('prepare', ids, large);
    expect(progress.at(-1)).toEqual([8, 8]);
    const again = await worker.call('import', [item('a.zip', zip)], null, Infinity);
    expect(again.summary?.added).toBe(1);
  });
});

describe('sessions', () => {
  const folders = async (worker: StoreWorker): Promise<string[]> =>
    Object.keys(await worker.call('files')).filter((path) =>
      /^image-sessions\/[^/]+\/$/.test(path),
    );

  it('clears away what a crashed tab left, but not what an open one uses', async () => {
    const alive = await openStore();
    const { images } = await alive.call('import', [item('a.bmp', bitmapFile(77))], null, Infinity);
    const ids = images.map(({ id }) => id);
    await alive.call('prepare', ids, preprocessing);
    const crashed = new StoreWorker();
    await crashed.call('open');
    expect(await folders(alive)).toHaveLength(2);
    crashed.terminate();
    await expect
      .poll(async () => {
        const late = await openStore();
        const count = (await folders(late)).length;
        await late.call('close');
        return count;
      })
      .toBe(2);
    const pixels = await alive.call('pixels', ids, preprocessing);
    expect(pixels[2]).toBe(77);
    await alive.call('close');
    expect(await folders(alive)).toEqual([]);
  });
});
