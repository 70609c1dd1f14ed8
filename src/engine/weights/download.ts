import { EngineError } from '../errors.ts';
import type { OpenHooks } from './contract.ts';

/** Chunks are small; the page hears of every half percent. */
const REPORTED_SHARE = 0.005;

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The name, for sentences, and the address of something to fetch. */
export interface Download {
  readonly label: string;
  readonly url: string;
  readonly bytes: number;
}

/**
 * Fetches a file of known length, telling how far it is.
 * @throws EngineError "network" where it does not arrive whole, "cancelled" where it was stopped.
 */
export async function download(
  file: Download,
  fetchFile: Fetch,
  hooks: OpenHooks,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await request(file.url, file.label, fetchFile, hooks.signal);
  if (!response.ok) {
    throw new EngineError(
      'network',
      `${file.label} could not be fetched: the server answered with status ${response.status}.`,
    );
  }
  return receive(response, file, hooks);
}

/** One request; a network that is not there or a cancelled request becomes a sentence. */
export async function request(
  url: string,
  label: string,
  fetchFile: Fetch,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetchFile(url, { signal });
  } catch (error) {
    throw transferError(error, label, signal);
  }
}

async function receive(
  response: Response,
  file: Download,
  hooks: OpenHooks,
): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(file.bytes);
  let received = 0;
  let reported = 0;
  const report = () => {
    reported = received;
    hooks.onProgress(received, file.bytes, `Fetching ${file.label}`);
  };
  report();
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw transferError(error, file.label, hooks.signal);
    });
    if (done) break;
    if (received + value.length > whole.length) {
      await reader.cancel();
      throw wrongLength(file, 'more');
    }
    whole.set(value, received);
    received += value.length;
    if (received - reported >= whole.length * REPORTED_SHARE) report();
  }
  if (received < whole.length) throw wrongLength(file, String(received));
  if (reported < received) report();
  return whole;
}

function wrongLength(file: Download, received: string): EngineError {
  return new EngineError(
    'network',
    `${file.label} should have ${file.bytes} bytes, but ${received} arrived. Nothing was kept; try again.`,
  );
}

function transferError(error: unknown, label: string, signal: AbortSignal): EngineError {
  if (signal.aborted) return new EngineError('cancelled', `Fetching ${label} was cancelled.`);
  const reason = error instanceof Error ? error.message : String(error);
  return new EngineError(
    'network',
    `${label} could not be fetched (${reason}). Check the connection to the internet and try again.`,
  );
}
