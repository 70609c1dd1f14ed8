import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { mergeConfig } from 'vite';
import { defineConfig } from 'vitest/config';
import { chromiumArguments, findChromium } from './scripts/chromium.ts';
import app from './vite.config.ts';

const executablePath = findChromium() ?? undefined;

export default mergeConfig(
  app,
  defineConfig({
    optimizeDeps: { include: ['fast-check'] },
    server: { fs: { allow: ['.', '../shared'] } },
    test: {
      // Of two cores, one would lie idle.
      maxWorkers: Math.max(2, availableParallelism() - 1),
      projects: [
        {
          extends: true,
          test: {
            name: 'node',
            environment: 'node',
            include: ['{src,cli,scripts,bench}/**/*.test.{ts,tsx}'],
            exclude: ['**/*.browser.test.{ts,tsx}', 'node_modules'],
          },
        },
        {
          extends: true,
          test: {
            name: 'browser',
            include: ['src/**/*.browser.test.{ts,tsx}'],
            testTimeout: 120_000,
            // A machine with other work to do is slow, not wrong.
            expect: { poll: { timeout: 20_000 } },
            fileParallelism: false,
            browser: {
              enabled: true,
              headless: true,
              screenshotFailures: false,
              provider: playwright({
                launchOptions: { executablePath, args: chromiumArguments({ software: true }) },
              }),
              instances: [{ browser: 'chromium' }],
            },
          },
        },
      ],
    },
  }),
);
