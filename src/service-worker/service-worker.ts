/**
 * Stands between the page and the network: keeps the page's own files, so that it opens without
 * a connection, and tells what goes to other servers. It changes and stops nothing.
 */
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
import { measureRequest, SENT_CHANNEL } from '../lib/sent-request.ts';

interface RequestEvent extends Event {
  readonly request: Request;
  waitUntil(work: Promise<unknown>): void;
}

/** What a service worker has and a page has not. */
interface ServiceWorkerScope {
  readonly __WB_MANIFEST: { url: string; revision: string | null }[];
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(
    type: 'activate' | 'fetch' | 'message',
    listener: (event: RequestEvent & MessageEvent<unknown>) => void,
  ): void;
}

declare const self: ServiceWorkerScope;

precacheAndRoute(self.__WB_MANIFEST, {
  // "?backend=wasm" is a word to the page, not another page.
  ignoreURLParametersMatching: [/./],
});
cleanupOutdatedCaches();

const told = new BroadcastChannel(SENT_CHANNEL);

self.addEventListener('fetch', (event) => {
  if (new URL(event.request.url).origin === location.origin) return;
  const telling = measureRequest(event.request.clone()).then((sent) => told.postMessage(sent));
  event.waitUntil(telling);
});

// The first visit is watched, too. A newer version waits until no tab is left of the old one.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

// The page asks for it where the person wants the newer version at once.
self.addEventListener('message', ({ data }) => {
  if (typeof data !== 'object' || data === null || !('type' in data)) return;
  if (data.type === 'SKIP_WAITING') void self.skipWaiting();
});
