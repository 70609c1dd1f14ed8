/**
 * The page's service worker, seen from the page: it keeps the page for days without a
 * connection, tells what goes to other servers, and brings newer versions of the page.
 */
import { Workbox } from 'workbox-window';
import { parseSentRequest, SENT_CHANNEL, type SentRequest } from '../lib/sent-request.ts';

export interface KeeperListener {
  /** Every request passes the service worker from now on, and the page opens without a connection. */
  onWatching(): void;
  /** There is none here, so nothing is watched or kept: why, as a sentence. */
  onImpossible(reason: string): void;
  onSent(request: SentRequest): void;
  /** A newer version waits until no tab shows this one; `apply` takes it at once and reloads the page. */
  onNewer(apply: () => void): void;
}

const INSECURE = 'Browsers watch and keep pages only where they come over https or from localhost.';

/** Starts the service worker at `url`, once the page has loaded. Never rejects: what fails is told. */
export async function keepPage(url: string, listener: KeeperListener): Promise<void> {
  if (!('serviceWorker' in navigator)) {
    listener.onImpossible(INSECURE);
    return;
  }
  new BroadcastChannel(SENT_CHANNEL).addEventListener('message', ({ data }) => {
    const sent = parseSentRequest(data);
    if (sent) listener.onSent(sent);
  });
  const keeper = new Workbox(url);
  keeper.addEventListener('waiting', () => {
    listener.onNewer(() => {
      keeper.addEventListener('controlling', () => location.reload());
      keeper.messageSkipWaiting();
    });
  });
  try {
    await keeper.register();
    await keeper.controlling;
    listener.onWatching();
  } catch (error) {
    listener.onImpossible(`The browser refused it: ${String(error)}.`);
  }
}
