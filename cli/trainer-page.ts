import { existsSync } from 'node:fs';
import { chromium } from 'playwright';
import type { Browser, Page } from 'playwright';
import { ensureBuilt } from '../scripts/build.ts';
import { chromiumArguments, findChromium } from '../scripts/chromium.ts';
import { serveApp } from '../scripts/serve.ts';
import type { ErrorCode, Failure } from '../src/protocol.ts';
import type { DriverNews, DriverRequestName, DriverRequests } from './driver-api.ts';
import { FileServer } from './file-server.ts';

/** A request the trainer refused or could not finish; the message is its sentence. */
export class RequestError extends Error {
  readonly code: ErrorCode;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'RequestError';
    this.code = failure.code;
  }
}

type NewsListener = (news: DriverNews) => void;

/** The product's own page in a headless Chromium, as the commands see it. */
export interface TrainerPage {
  readonly files: FileServer;
  /** Rejects with `RequestError` where the trainer refuses, with a plain error where the page is gone. */
  ask<K extends DriverRequestName>(
    name: K,
    args: DriverRequests[K]['args'],
  ): Promise<DriverRequests[K]['result']>;
  /** Hears what is told while requests run. */
  onNews(listener: NewsListener): void;
  /** Errors that page and worker wrote to the console. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

const loopback = '127.0.0.1';
const firstPort = 42_173;

/** Builds and serves the page where needed, and opens it in Chromium. */
export async function openTrainerPage(): Promise<TrainerPage> {
  const executablePath = requireChromium();
  await ensureBuilt();
  const files = new FileServer();
  const app = await serveApp({
    port: firstPort,
    strictPort: false,
    host: loopback,
    middleware: files.middleware,
  });
  const browser = await launch(executablePath);
  const close = async () => {
    await browser.close();
    await app.close();
  };
  try {
    const listeners: NewsListener[] = [];
    const complaints: string[] = [];
    const page = await openDriver(browser, app.url, listeners);
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    const gone = whenGone(page, browser);
    return {
      files,
      complaints,
      ask: (name, args) => Promise.race([ask(page, name, args), gone]),
      onNews: (listener) => void listeners.push(listener),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: chromiumArguments({ software: false }) });
}

async function openDriver(
  browser: Browser,
  url: string,
  listeners: readonly NewsListener[],
): Promise<Page> {
  const page = await browser.newPage();
  await page.exposeFunction('sanNews', (news: DriverNews) => {
    for (const listener of listeners) listener(news);
  });
  await page.goto(`${url}cli/driver.html`);
  await page.waitForFunction(() => 'sanRequest' in window);
  return page;
}

function requireChromium(): string {
  const path = findChromium();
  if (path === null) {
    throw new Error(
      'No Chromium was found. Install one ("npx playwright install chromium" does), or name one in CHROMIUM_PATH.',
    );
  }
  if (!existsSync(path)) throw new Error(`CHROMIUM_PATH names no file: "${path}".`);
  return path;
}

/** Never resolves; rejects when the page can answer no more. */
function whenGone(page: Page, browser: Browser): Promise<never> {
  const gone = new Promise<never>((_resolve, reject) => {
    page.on('crash', () => {
      reject(new Error('The headless page crashed; it may have run out of memory.'));
    });
    page.on('pageerror', (error) => {
      reject(error);
    });
    browser.on('disconnected', () => {
      reject(new Error('The headless Chromium ended before the work was done.'));
    });
  });
  gone.catch(() => {});
  return gone;
}

async function ask<K extends DriverRequestName>(
  page: Page,
  name: K,
  args: DriverRequests[K]['args'],
): Promise<DriverRequests[K]['result']> {
  const answer = await page.evaluate(([key, value]) => window.sanRequest(key, value), [
    name,
    args,
  ] as const);
  if (!answer.ok) throw new RequestError(answer.error);
  return answer.value;
}
