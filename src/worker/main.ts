/** The training worker: hears commands, answers each with one reply or one error. */
import type { Command, Event, RequestName, Requests } from '../protocol.ts';
import { EngineError, toFailure } from '../engine/errors.ts';
import type { RequestContext } from './request-context.ts';
import { Session } from './session.ts';

const post = (event: Event): void => self.postMessage(event);
const session = new Session(post);
const open = new Map<number, AbortController>();

/** Lets the page know when this worker is gone: then the lock is free. Resolves once it was told. */
function tellAlive(): Promise<void> {
  // Insecure pages have no locks.
  if (!('locks' in navigator)) return Promise.resolve();
  const lock = crypto.randomUUID();
  return new Promise((told) => {
    void navigator.locks.request(lock, () => {
      post({ type: 'worker.alive', lock });
      told();
      return new Promise(() => undefined);
    });
  });
}

const alive = tellAlive();

type Result = Requests[RequestName]['result'];

async function run(command: Command, context: RequestContext): Promise<Result> {
  switch (command.type) {
    case 'hello':
      await alive;
      return session.hello(command.version, command.backend, command.kernels);
    case 'project.open':
      return session.openProject(command);
    case 'images.import':
      return session.images.import(command.items, command.className, context);
    case 'images.demo':
      return session.images.importDemo(command.demo, command.seed, command.imagesPerClass, context);
    case 'images.release':
      return session.images.release(command.ids);
    case 'images.open':
      return session.images.file(command.imageId);
    case 'backbone.load':
      return session.loadBackbone(command.source, context);
    case 'run.start':
      return session.startRun(command.config, command.trial ?? false);
    case 'run.continue':
      return session.continueRun(command, context);
    case 'run.checkpoint':
      return session.checkpointRun();
    case 'chaos':
      return session.breakSomething(command.what);
    case 'run.discard':
      return session.discardRun(command.runId);
    case 'run.pause':
      return session.steerRun('pause');
    case 'run.resume':
      return session.steerRun('resume');
    case 'run.stop':
      return session.stopRun();
    case 'run.open':
      return session.openRun(command.runId, command.backbone, context);
    case 'run.forget':
      return session.forgetRun(command.runId);
    case 'run.evaluate':
      return session.evaluateRun(command.mode, command.strength, command.epoch);
    case 'predict':
      return session.predict(command.image);
    case 'model.export':
      return session.exportModel(command.format, command.images);
    case 'model.formats':
      return session.exportOffers();
    case 'model.import':
      return session.importModel(command, context);
    case 'ops.measure':
      return session.measureOps(command.rounds);
    case 'steps.measure':
      return session.measureSteps(command);
    case 'memory.measure':
      return session.measureMemory();
    case 'goldens.check':
      return session.checkGoldens(command.files);
    case 'cancel':
      open.get(command.target)?.abort();
      return null;
    default:
      return refuse(command);
  }
}

/** The types know every request; what comes from a page of another version may be none of them. */
function refuse(command: never): never {
  const { type } = command as { readonly type?: unknown };
  throw new EngineError('bad-request', `There is no request “${String(type)}”; reload the page.`);
}

self.addEventListener('message', (message: MessageEvent<Command | null>) => {
  const command = message.data;
  if (typeof command?.id !== 'number') return; // nobody would hear the answer
  const { id } = command;
  const controller = new AbortController();
  open.set(id, controller);
  const context: RequestContext = {
    signal: controller.signal,
    progress: (done, total, unit, note) => post({ type: 'progress', id, done, total, unit, note }),
  };
  run(command, context)
    .then((result) => post({ type: 'reply', id, result }))
    .catch((error: unknown) => post({ type: 'error', id, error: toFailure(error) }))
    .finally(() => open.delete(id));
});
