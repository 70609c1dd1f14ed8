import { expect, test } from 'vitest';
import { measureRequest, parseSentRequest } from './sent-request.ts';

test('a request counts by its line, its headers and its body', async () => {
  const bare = new Request('https://hub.example/api/models/a?blobs=true');
  expect(await measureRequest(bare)).toEqual({
    host: 'hub.example',
    bytes: 'GET /api/models/a?blobs=true HTTP/1.1\r\nHost: hub.example\r\n\r\n'.length,
  });
  const full = new Request('https://hub.example/', {
    method: 'POST',
    headers: { 'X-Word': 'yes' },
    body: new Uint8Array(1000),
  });
  const head = 'POST / HTTP/1.1\r\nHost: hub.example\r\nx-word: yes\r\n\r\n';
  expect(await measureRequest(full)).toEqual({ host: 'hub.example', bytes: head.length + 1000 });
});

test('a message that is no sent request is none', () => {
  expect(parseSentRequest({ host: 'a.example', bytes: 12 })).toEqual({
    host: 'a.example',
    bytes: 12,
  });
  for (const wrong of [null, 'x', {}, { host: 'a.example' }, { host: 1, bytes: 1 }]) {
    expect(parseSentRequest(wrong)).toBeNull();
  }
});
