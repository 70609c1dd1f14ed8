import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { assemblyScript } from '../../scripts/assembly-script.ts';
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
  const webgpu = dirname(createRequire(import.meta.url).resolve('webgpu'));
  const platform =
    process.platform === 'darwin' ? 'darwin-universal' : `${process.platform}-${process.arch}`;
  copyFileSync(join(webgpu, 'dist', platform, 'dawn.node'), join(folder, 'dawn.node'));
  return join(folder, 'native.mjs');
}
