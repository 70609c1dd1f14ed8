/** Compiles the WebAssembly kernels while the page is built, served or tested. */
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Plugin } from 'vite';
import { projectRoot } from './root.ts';

const QUERY = '?kernels=';

/** Called as a program: what it exports would declare AssemblyScript's globals to all of TypeScript. */
const compiler = join(projectRoot, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
/** Rejects with what the compiler has to say. */
const compile = promisify(execFile);

/** What a memory or a processor can be; `?kernels=shared,relaxed` asks for a build with both. */
const features: Readonly<Record<string, readonly string[]>> = {
  // Memory that several threads see. Addresses are 32 bits wide: 65536 pages of 64 KiB.
  shared: ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'],
  // Products and sums in one instruction.
  relaxed: ['--enable', 'relaxed-simd'],
};

/**
 * `import { url } from './assembly/index.ts?kernels=…'` is the address of the module that the
 * AssemblyScript in that folder compiles to. What was compiled is kept, by a digest of its sources.
 */
export function assemblyScript(): Plugin {
  return {
    name: 'assembly-script',
    async load(id) {
      const at = id.indexOf(QUERY);
      if (at < 0) return null;
      const entry = id.slice(0, at);
      const sources = await sourcesBeside(entry);
      for (const source of sources) this.addWatchFile(source);
      const wasm = await compiled(entry, sources, flagsOf(id.slice(at + QUERY.length)));
      return `export { default as url } from ${JSON.stringify(`${wasm}?url`)};`;
    },
  };
}

async function sourcesBeside(entry: string): Promise<string[]> {
  const folder = dirname(entry);
  const names = await readdir(folder);
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}

function flagsOf(asked: string): string[] {
  const chosen = asked.split(',').flatMap((name) => features[name] ?? []);
  return [
    ...['--enable', 'simd', ...chosen],
    // The memory is TensorFlow.js's; nothing of ours may lie in it unasked.
    ...['--importMemory', '--initialMemory', '1', '--noExportMemory', '--runtime', 'stub'],
    ...['-O3', '--noAssert', '--use', 'abort='],
    // Functions over vectors are called within the module only.
    ...['--disableWarning', '112'],
  ];
}

/** Path of the compiled module. */
async function compiled(entry: string, sources: string[], flags: string[]): Promise<string> {
  const digest = createHash('sha256').update(flags.join(' '));
  for (const source of sources) digest.update(await readFile(source));
  const folder = join(projectRoot, '.tmp', 'kernels');
  const file = join(folder, `kernels-${digest.digest('hex').slice(0, 16)}.wasm`);
  const known = await access(file).then(
    () => true,
    () => false,
  );
  if (known) return file;
  await mkdir(folder, { recursive: true });
  // Two builds at once must not read each other's half.
  const fresh = join(folder, `${randomUUID()}.wasm`);
  await compile(process.execPath, [compiler, entry, '--outFile', fresh, ...flags]);
  await rename(fresh, file);
  return file;
}
