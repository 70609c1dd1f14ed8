import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { assemblyScript } from '../../scripts/assembly-script.ts';
import { UsageError } from '../../cli/usage.ts';
import { projectRoot } from '../../scripts/root.ts';

const folder = join(projectRoot, 'artifacts', 'native');

/** Bundles the engine for Node beside Dawn's addon: a folder that runs where no package is installed. */
export async function buildNative(): Promise<string> {
  await build({
    configFile: false,
    root: projectRoot,
    logLevel: 'error',
    plugins: [assemblyScript()],
    ssr: { noExternal: true },
    build: {
      ssr: 'bench/native/entry.ts',
      outDir: folder,
      target: 'node20',
      copyPublicDir: false,
      rollupOptions: { output: { entryFileNames: 'native.mjs', codeSplitting: false } },
    },
  });
  copyFileSync(dawnAddon(), join(folder, 'dawn.node'));
  return join(folder, 'native.mjs');
}

/** Chromium's implementation of WebGPU for this machine. Large, so that only this benchmark asks for it. */
function dawnAddon(): string {
  const { platform, arch } = process;
  const machine = platform === 'darwin' ? 'darwin-universal' : `${platform}-${arch}`;
  try {
    const packaged = createRequire(import.meta.url).resolve('webgpu');
    return join(dirname(packaged), 'dist', machine, 'dawn.node');
  } catch {
    throw new UsageError('The native benchmark needs Dawn: npm install --no-save webgpu@0.6.2');
  }
}
