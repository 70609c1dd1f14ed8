import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename } from 'node:path';
import type { RemoteFile } from './driver-api.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Lends single files of this machine to the headless page, each at an address
 * that cannot be guessed, and takes uploads the same way. Nothing else is served.
 */
export class FileServer {
  readonly #prefix = `/lent-${randomUUID()}/`;
  readonly #handlers = new Map<string, Handler>();

  /** Makes `path` readable for the page under `name`. */
  lend(path: string, name = basename(path)): RemoteFile {
    const url = this.#register((_request, response) => {
      const stream = createReadStream(path);
      stream.on('error', (error) => {
        response.statusCode = 404;
        response.statusMessage = error.message.replaceAll(/[^\x20-\x7e]/g, '?');
        response.end();
      });
      stream.pipe(response);
    });
    return { url, name };
  }

  /** An address that takes one POST, and the bytes it brought. */
  receive(): { readonly url: string; readonly bytes: Promise<Uint8Array> } {
    let url = '';
    const bytes = new Promise<Uint8Array>((resolve, reject) => {
      url = this.#register((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('error', reject);
        request.on('end', () => {
          resolve(Buffer.concat(chunks));
          response.end();
        });
      });
    });
    return { url, bytes };
  }

  /** Connect middleware: answers what was lent, hands everything else on. */
  readonly middleware = (
    request: IncomingMessage,
    response: ServerResponse,
    next: () => void,
  ): void => {
    const handler = this.#handlers.get(request.url ?? '');
    if (handler) handler(request, response);
    else next();
  };

  #register(handler: Handler): string {
    const url = `${this.#prefix}${this.#handlers.size}`;
    this.#handlers.set(url, handler);
    return url;
  }
}
