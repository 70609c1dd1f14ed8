import { runTypeScript } from './bootstrap.mjs';

await runTypeScript('scripts/fuzz.ts');
