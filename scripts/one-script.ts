/** Builds a page's whole program into one text, for pages that are exported. */
import { build, type Plugin } from 'vite';

const QUERY = '?one-script';

/**
 * `import { code, licenses } from './main.ts?one-script'` is that module with all that it imports,
 * as text: a page opened from a folder may run what stands in it, and import nothing. `licenses`
 * are those of the packages among it.
 */
export function oneScript(): Plugin {
  return {
    name: 'one-script',
    async load(id) {
      if (!id.endsWith(QUERY)) return null;
      const entry = id.slice(0, -QUERY.length);
      this.addWatchFile(entry);
      const { code, licenses } = await bundled(entry);
      return `export const code = ${JSON.stringify(code)}, licenses = ${JSON.stringify(licenses)};`;
    },
  };
}

const LICENSES = 'third-party-licenses.md';

async function bundled(entry: string): Promise<{ code: string; licenses: string }> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      license: { fileName: LICENSES },
      rollupOptions: { input: entry, output: { codeSplitting: false } },
    },
  });
  if (!('output' in built)) throw new Error(`"${entry}" must be built once; it was not.`);
  const [{ code }, ...others] = built.output;
  const found = others.find(({ fileName }) => fileName === LICENSES);
  if (found?.type !== 'asset') throw new Error('The build must tell its licences; it does not.');
  return { code, licenses: String(found.source) };
}
