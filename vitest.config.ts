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
      projects: [
        {
          extends: true,
          test: {
            name: 'node',
            environment: 'node',
            // A machine with other work to do is slow, not wrong.
            testTimeout: 30_000,
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
