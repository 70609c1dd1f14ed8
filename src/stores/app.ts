import { createStore, type StoreApi } from 'zustand/vanilla';
import { TrainerError } from '../client/trainer-client.ts';
import type { DeviceInfo } from '../protocol.ts';

export type ThemeChoice = 'system' | 'light' | 'dark';
export type StageTab = 'live' | 'scales' | 'results' | 'runs' | 'export';

export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

/** A message that does not belong to one place of the page; errors stay until dismissed. */
export interface AppNotice {
  readonly id: number;
  readonly tone: 'info' | 'error';
  readonly message: string;
  readonly action: NoticeAction | null;
}

/** A yes-or-no question put to the person. */
export interface Question {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly answer: (yes: boolean) => void;
}

export type Connection =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'ready'; readonly device: DeviceInfo }
  | { readonly phase: 'failed'; readonly message: string };

export interface AppState {
  readonly connection: Connection;
  readonly notices: readonly AppNotice[];
  readonly question: Question | null;
  readonly theme: ThemeChoice;
  /** The person wants to be told outside the page when a training has ended. */
  readonly notifies: boolean;
  readonly tab: StageTab;
  /** What a screen reader should say next. */
  readonly announcement: string;
}

export interface AppActions {
  setConnection(connection: Connection): void;
  setTheme(theme: ThemeChoice): void;
  setNotifies(notifies: boolean): void;
  setTab(tab: StageTab): void;
  announce(message: string): void;
  /** Shows a message; returns the id that `dismiss` takes. */
  notify(message: string, action?: NoticeAction): number;
  /** Shows a failure as its sentence; a cancelled request is none. */
  fail(error: unknown): void;
  dismiss(id: number): void;
  ask(question: Omit<Question, 'answer'>): Promise<boolean>;
}

export type AppStore = StoreApi<AppState & AppActions>;

/** Where choices outlive the page; localStorage in the browser, a Map in tests. */
export interface Preferences {
  get(key: string): string | null | undefined;
  set(key: string, value: string): void;
}

export function createAppStore(preferences: Preferences): AppStore {
  let nextNotice = 1;
  return createStore((set, get) => {
    const show = (tone: AppNotice['tone'], message: string, action: NoticeAction | null) => {
      const id = nextNotice++;
      const others = get().notices.filter((notice) => notice.message !== message);
      set({ notices: [...others, { id, tone, message, action }] });
      return id;
    };
    return {
      connection: { phase: 'connecting' },
      notices: [],
      question: null,
      theme: readTheme(preferences),
      notifies: preferences.get('notifies') === 'yes',
      tab: 'live',
      announcement: '',
      setConnection: (connection) => set({ connection }),
      setTheme: (theme) => {
        preferences.set('theme', theme);
        set({ theme });
      },
      setNotifies: (notifies) => {
        preferences.set('notifies', notifies ? 'yes' : 'no');
        set({ notifies });
      },
      setTab: (tab) => set({ tab }),
      announce: (announcement) => set({ announcement }),
      notify: (message, action) => show('info', message, action ?? null),
      fail: (error) => {
        if (!isCancelled(error)) show('error', sentence(error), null);
      },
      dismiss: (id) => set({ notices: get().notices.filter((notice) => notice.id !== id) }),
      ask: (question) =>
        new Promise((resolve) => {
          get().question?.answer(false);
          const answer = (yes: boolean) => {
            set({ question: null });
            resolve(yes);
          };
          set({ question: { ...question, answer } });
        }),
    };
  });
}

/** Whether a request failed because the person asked it to stop. */
export function isCancelled(error: unknown): boolean {
  return error instanceof TrainerError && error.code === 'cancelled';
}

/** What to show of anything thrown. */
export function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message || 'Something failed without saying why. Reloading the page helps.';
}

function readTheme(preferences: Preferences): ThemeChoice {
  const stored = preferences.get('theme');
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}
