import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const candidates = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of a Chromium on this machine: `CHROMIUM_PATH`, a usual place, or Playwright's own; null where there is none. */
export function findChromium(): string | null {
  const named = process.env['CHROMIUM_PATH'];
  if (named) return named;
  const playwrights = chromium.executablePath();
  return [...candidates, playwrights].find((path) => existsSync(path)) ?? null;
}

/** Flags for a quiet headless Chromium with WebGPU; `software` asks for the emulated adapter, which is everywhere the same. */
export function chromiumArguments(options: { software: boolean }): string[] {
  return [
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--disable-quic',
    '--enable-unsafe-webgpu',
    ...(options.software ? ['--use-webgpu-adapter=swiftshader'] : hardwareArguments()),
  ];
}

/** On Linux a headless Chromium reaches the graphics card through Vulkan only; where there is no card it falls back to the emulated adapter. */
function hardwareArguments(): string[] {
  if (process.platform !== 'linux') return [];
  return ['--enable-features=Vulkan', '--use-angle=vulkan', '--disable-vulkan-surface'];
}
