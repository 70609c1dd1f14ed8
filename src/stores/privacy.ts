import { createStore, type StoreApi } from 'zustand/vanilla';
import type { SentRequest } from '../lib/sent-request.ts';

/** What one other server was sent. */
export interface Recipient {
  readonly host: string;
  readonly requests: number;
  readonly bytes: number;
}

/** Whether requests are seen: not before the browser has started what watches them. */
export type Watch =
  | { readonly phase: 'starting' }
  | { readonly phase: 'watching' }
  | { readonly phase: 'impossible'; readonly reason: string };

export interface PrivacyState {
  readonly watch: Watch;
  /** Other servers, in the order in which they were first sent something since the page opened. */
  readonly recipients: readonly Recipient[];
  setWatch(watch: Watch): void;
  count(request: SentRequest): void;
}

export type PrivacyStore = StoreApi<PrivacyState>;

/** What left this computer since the page opened, as far as a page can see it. */
export function createPrivacyStore(): PrivacyStore {
  return createStore<PrivacyState>()((set, get) => ({
    watch: { phase: 'starting' },
    recipients: [],
    setWatch: (watch) => set({ watch }),
    count({ host, bytes }) {
      const known = get().recipients.find((recipient) => recipient.host === host);
      const counted = { host, requests: 1, bytes };
      const recipients = known
        ? get().recipients.map((recipient) =>
            recipient === known ? plus(known, bytes) : recipient,
          )
        : [...get().recipients, counted];
      set({ recipients });
    },
  }));
}

export function sentBytes(recipients: readonly Recipient[]): number {
  return recipients.reduce((sum, { bytes }) => sum + bytes, 0);
}

function plus(known: Recipient, bytes: number): Recipient {
  return { host: known.host, requests: known.requests + 1, bytes: known.bytes + bytes };
}
