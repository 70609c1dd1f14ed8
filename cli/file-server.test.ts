import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FileServer } from './file-server.ts';

let folder: string;
let server: Server;
let origin: string;
const files = new FileServer();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lent-'));
  await writeFile(join(folder, 'lent.bin'), new Uint8Array([1, 2, 3]));
  await writeFile(join(folder, 'kept.bin'), 'secret');
  server = createServer((request, response) => {
    files.middleware(request, response, () => {
      response.statusCode = 404;
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

it('serves what was lent, byte for byte', async () => {
  const { url, name } = files.lend(join(folder, 'lent.bin'));
  const response = await fetch(origin + url);
  expect(name).toBe('lent.bin');
  expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([1, 2, 3]);
});

it('serves nothing beside it', async () => {
  const { url } = files.lend(join(folder, 'lent.bin'));
  for (const path of [`${url}/../kept.bin`, '/kept.bin', `${url}9`, '/']) {
    expect((await fetch(origin + path)).status).toBe(404);
  }
});

it('says that a lent file has gone', async () => {
  const { url } = files.lend(join(folder, 'never.bin'));
  const response = await fetch(origin + url);
  expect(response.status).toBe(404);
  expect(response.statusText).toContain('no such file');
});

it('receives an upload', async () => {
  const { url, bytes } = files.receive();
  await fetch(origin + url, { method: 'POST', body: new Uint8Array([9, 8]) });
  expect([...(await bytes)]).toEqual([9, 8]);
});
