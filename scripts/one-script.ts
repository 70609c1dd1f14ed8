/** Builds a page's whole program into one text, for pages that are exported. */
import { build, type Plugin } from 'vite';

const QUERY = '?one-script';

/**
 * `import { code } from './main.ts?one-script'` is that module with all that it imports, as text: a
 * page opened from a folder may run what stands in it, and import nothing.
 */
export function oneScript(): Plugin {
  return {
    name: 'one-script',
    async load(id) {
      if (!id.endsWith(QUERY)) return null;
      const entry = id.slice(0, -QUERY.length);
      this.addWatchFile(entry);
      return `export const code = ${JSON.stringify(await bundled(entry))};`;
    },
  };
}

async function bundled(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: { input: entry, output: { codeSplitting: false } },
    },
  });
  if (!('output' in built)) throw new Error(`"${entry}" must be built once; it was not.`);
  const [{ code }] = built.output;
  return code;
}
