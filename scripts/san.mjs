import { runTypeScript } from './bootstrap.mjs';

await runTypeScript('cli/main.ts');
