/** What went out to another server, as the service worker tells it to the page. */

export interface SentRequest {
  /** e.g. "huggingface.co". */
  readonly host: string;
  /** Of the request line, the headers a script can see, and the body. */
  readonly bytes: number;
}

/** Where the service worker tells of them. */
export const SENT_CHANNEL = 'sent-requests';

/** A message of that channel; null where it is none. */
export function parseSentRequest(message: unknown): SentRequest | null {
  if (typeof message !== 'object' || message === null) return null;
  if (!('host' in message) || typeof message.host !== 'string') return null;
  if (!('bytes' in message) || typeof message.bytes !== 'number') return null;
  return { host: message.host, bytes: message.bytes };
}

/** What a request sends, as HTTP/1.1 would write it. */
export async function measureRequest(request: Request): Promise<SentRequest> {
  const { host, pathname, search } = new URL(request.url);
  const lines = [
    `${request.method} ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    ...[...request.headers].map(([name, value]) => `${name}: ${value}`),
  ];
  const head = new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`).length;
  const body = (await request.arrayBuffer()).byteLength;
  return { host, bytes: head + body };
}
