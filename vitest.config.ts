import { playwright } from '@vitest/browser-playwright';
import { mergeConfig } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { chromiumArguments, findChromium } from './scripts/chromium.ts';
import app from './vite.config.ts';

const executablePath = findChromium() ?? undefined;

const kernels = 'src/engine/{kernels,ops}/**/*.browser.test.ts';
const networks = [
  'src/engine/*.browser.test.ts',
  'src/engine/{train,weights}/**/*.browser.test.ts',
];

/**
 * Tests that need a browser, one file after the other. Each project has a browser of its own, for
 * an emulated adapter compiles all shaders of a browser on one core.
 */
function inChromium(
  name: string,
  tests: { include: string[]; exclude?: string[] },
): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name: `browser-${name}`,
      ...tests,
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
  };
}

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
        inChromium('kernels', { include: [kernels] }),
        inChromium('networks', { include: networks }),
        inChromium('page', {
          include: ['src/**/*.browser.test.{ts,tsx}'],
          exclude: [kernels, ...networks],
        }),
      ],
    },
  }),
);
