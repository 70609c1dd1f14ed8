import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.ts';
import { serveApp } from './serve.ts';

const preferredPort = 4173;

const { values } = parseArgs({ options: { port: { type: 'string' } } });
const port = Number(values.port ?? preferredPort);

try {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`--port must be a whole number from 1 to 65535; got "${values.port ?? ''}".`);
  }
  await ensureBuilt();
  const app = await serveApp({ port, strictPort: values.port !== undefined });
  if (app.port !== port) console.log(`Port ${port} is taken; using ${app.port}.`);
  console.log(`\n  SAN Studio is at ${app.url}\n\n  Ctrl-C stops it.\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void app.close().finally(() => process.exit(0)));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
