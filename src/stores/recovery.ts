/**
 * Brings the worker back when it or its device is gone, and has the run that was under way go on
 * from where it was kept. What fails again and again without coming further is stopped, and told.
 */
import { failureOf, type Trainer } from '../client/trainer-client.ts';
import { Watchdog } from '../client/watchdog.ts';
import {
  PROTOCOL_VERSION,
  type BackendName,
  type Event,
  type Failure,
  type RunPlace,
} from '../protocol.ts';
import type { AppStore } from './app.ts';
import type { ConfigStore } from './config.ts';
import { diagnosis, FailuresInARow } from './failures-in-a-row.ts';
import type { ProjectStore } from './project.ts';
import { isRunning, type RunStore } from './run.ts';

const MOST_FAILURES = 3;
const TICK = 1000;
/** Milliseconds in which a new worker says hello; the second time has twice as many. */
const HELLO = 20_000;

/** What is brought back, and what with. */
export interface RecoveryPage {
  readonly trainer: Trainer;
  readonly backend: BackendName | 'auto';
  /** Ends the worker and starts a new one. */
  readonly restart: () => void;
  readonly app: AppStore;
  readonly config: ConfigStore;
  readonly run: RunStore;
  readonly project: ProjectStore;
}

export class Recovery {
  readonly #page: RecoveryPage;
  #failures = new FailuresInARow();
  #watchdog = new Watchdog();
  #recovering = false;
  #stopTicking: () => void = () => undefined;

  constructor(page: RecoveryPage) {
    this.#page = page;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      this.#pass(now - last);
      last = now;
    }, TICK);
    this.#stopTicking = () => clearInterval(timer);
  }

  /** Whether the event tells of something that is being recovered from, so that nobody else need hear of it. */
  takes(event: Event): boolean {
    if (event.type === 'run.status') this.#heard(event.status.phase);
    const failure = failureIn(event);
    if (!failure) return false;
    if (this.#recovering) return true;
    // Without a project the worker alone had the images.
    if (this.#page.project.getState().status.phase !== 'open') return false;
    void this.#recover(failure);
    return true;
  }

  /** The person has the run go on: what failed before counts no more. */
  forgetFailures(): void {
    this.#failures = new FailuresInARow();
  }

  stop(): void {
    this.#stopTicking();
  }

  #heard(phase: string): void {
    if (phase === 'preparing') this.#watchdog = new Watchdog();
    this.#watchdog.heard(phase === 'training' || phase === 'validating');
  }

  #pass(milliseconds: number): void {
    const { phase } = this.#page.run.getState();
    const waits = this.#recovering || !isRunning(phase) || phase === 'paused';
    if (waits || !this.#watchdog.pass(milliseconds)) return;
    const seconds = Math.round(this.#watchdog.limit / 1000);
    this.#watchdog = new Watchdog();
    const message = `The device hangs: nothing was heard of it for ${seconds} seconds.`;
    this.takes({ type: 'device.lost', error: { code: 'device-lost', message } });
  }

  async #recover(failure: Failure): Promise<void> {
    const { run, app } = this.#page;
    this.#recovering = true;
    const wasRunning = isRunning(run.getState().phase);
    if (wasRunning) run.getState().recover();
    try {
      await (wasRunning ? this.#goOn(failure) : this.#rebuild());
    } catch (error) {
      const { message } = failureOf(error);
      app.getState().setConnection({ phase: 'failed', message });
      if (wasRunning) run.getState().giveUp(failureOf(error), null);
    } finally {
      this.#recovering = false;
    }
  }

  /** Rebuilds and goes on until it does, or has failed too often. */
  async #goOn(first: Failure): Promise<void> {
    const { run, app } = this.#page;
    for (let failure: Failure | null = first; failure;) {
      const place = await this.#rebuild();
      if (!place) {
        run.getState().giveUp(failure, null);
        return;
      }
      this.#failures.add(failure, place);
      const { count, halvings } = this.#failures;
      if (count >= MOST_FAILURES) {
        run.getState().giveUp(diagnosis(failure, count), place);
        return;
      }
      app.getState().notify(`${failure.message} The run goes on from step ${place.step}.`);
      failure = await run.getState().goOn(halvings);
    }
  }

  /** A new worker with all that the old one had. Returns where the run that was under way goes on. */
  async #rebuild(): Promise<RunPlace | null> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#tryRebuild(attempt * HELLO);
      } catch (error) {
        if (attempt === MOST_FAILURES) throw error;
      }
    }
  }

  async #tryRebuild(patience: number): Promise<RunPlace | null> {
    const { trainer, backend, restart, app, config, run, project } = this.#page;
    restart();
    // One that dies before it says hello tells nobody.
    const greeting = trainer.request('hello', { version: PROTOCOL_VERSION, backend });
    const hello = await within(patience, greeting);
    app.getState().setConnection({ phase: 'ready', device: hello.device });
    const place = await project.getState().reopen();
    const { backbone, sources } = config.getState();
    const source = sources[backbone?.hash ?? ''];
    if (source) await trainer.request('backbone.load', { source });
    const { opened, phase } = run.getState();
    if (opened !== null && !isRunning(phase)) await run.getState().open(opened);
    return place;
  }
}

/** Rejects where the answer takes longer. */
function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const message = `The training worker did not start within ${milliseconds / 1000} seconds. Reload the page to go on.`;
    const timer = setTimeout(() => reject(new Error(message)), milliseconds);
    void answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** What can be recovered from: the device or the worker is gone, or had too little memory. */
function failureIn(event: Event): Failure | null {
  if (event.type === 'device.lost') return event.error;
  if (event.type !== 'run.failed' || event.place === null) return null;
  const { code } = event.error;
  return code === 'out-of-memory' || code === 'device-lost' ? event.error : null;
}
