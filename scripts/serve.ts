import { join } from 'node:path';
import type { Connect, PreviewServer } from 'vite';
import { preview } from 'vite';
import { projectRoot } from './root.ts';

export interface ServedApp {
  /** Where the page is, with a slash at its end. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly port: number;
  /** Fail where the port is taken instead of looking for the next free one. */
  readonly strictPort: boolean;
  /** Address to listen at; the machine's own by default. */
  readonly host?: string;
  /** Asked before the files of `dist`. */
  readonly middleware?: Connect.NextHandleFunction;
}

/**
 * Serves the built page with the headers that isolate it, which WebAssembly threads need.
 * Rejects where `strictPort` is set and the port is taken.
 */
export async function serveApp(options: ServeOptions): Promise<ServedApp> {
  const { middleware } = options;
  const server = await preview({
    root: projectRoot,
    configFile: join(projectRoot, 'vite.config.ts'),
    // A page with several entries: an unknown address is missing, not the first page.
    appType: 'mpa',
    logLevel: 'silent',
    preview: { port: options.port, strictPort: options.strictPort, host: options.host },
    plugins: middleware
      ? [{ name: 'extra', configurePreviewServer: (it) => void it.middlewares.use(middleware) }]
      : [],
  });
  const url = addressOf(server);
  return { url, port: Number(new URL(url).port), close: () => server.close() };
}

function addressOf(server: PreviewServer): string {
  const url = server.resolvedUrls?.local[0] ?? server.resolvedUrls?.network[0];
  if (!url) throw new Error('The server is up but has no address.');
  return url;
}
