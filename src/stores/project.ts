import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Trainer } from '../client/trainer-client.ts';
import type { Event, RunPlace } from '../protocol.ts';
import { copyProject, removeProject } from '../projects/copy-project.ts';
import type { ProjectIndex } from '../projects/project-index.ts';
import { takeOverProject, takeProject, type Hold } from '../projects/project-lock.ts';
import { packProject, unpackProject } from '../projects/project-zip.ts';
import type { ProjectInfo } from '../projects/records.ts';
import { askToLast, roomLeft, storageProblem, type Room } from '../projects/storage.ts';
import { isCancelled, sentence, type AppStore } from './app.ts';
import { Keeping } from './keeping.ts';
import type { KeptStores, Reopening } from './kept-state.ts';
import { isRunning } from './run.ts';
import { nameProblem, newProject, projectToOpen, type ProjectPlace } from './project-choice.ts';
import { reopenProject, restoreProject } from './project-restore.ts';
import { startTask, type Task } from './task.ts';

export type { Room };

export type ProjectStatus =
  /** This page keeps nothing: why, as a sentence, where there is a reason. */
  | { readonly phase: 'off'; readonly reason: string | null }
  | { readonly phase: 'opening' }
  | { readonly phase: 'open'; readonly info: ProjectInfo }
  /** Another tab has it; nothing is kept here until this page goes to another one, or takes it. */
  | { readonly phase: 'elsewhere'; readonly info: ProjectInfo; readonly taking: boolean };

export interface ProjectState {
  readonly status: ProjectStatus;
  /** All projects, the one changed last first. */
  readonly projects: readonly ProjectInfo[];
  /** Why the last changes are not kept yet, as a sentence; null where they are. */
  readonly unkept: string | null;
  /** The page goes to another project; whatever would end by it was asked about. */
  readonly leaving: boolean;
  /** A project is being written to a file or read from one. */
  readonly moving: Task | null;
  /** Opens the project and brings back what it holds; returns what is to be opened again. */
  open(): Promise<Reopening | null>;
  /** Opens it in a worker that is new; returns where the run that was under way can go on. */
  reopen(): Promise<RunPlace | null>;
  /** Writes what is due and gives the project back. */
  close(): Promise<void>;
  /** What was to be opened again is, or could not be. */
  reopened(): Promise<void>;
  /** Asks again which projects there are: other tabs make some, too. */
  refresh(): Promise<void>;
  goTo(project: string): Promise<void>;
  /** Takes the project from the tab that has it, and opens it here. */
  takeOver(): Promise<void>;
  /** Each returns why the name is refused, as a sentence; null where it is taken. */
  create(name: string): string | null;
  rename(name: string): string | null;
  duplicate(name: string): string | null;
  /** Deletes the project that is open, and goes to another one. */
  remove(): Promise<void>;
  /** The whole project as one file; null where it could not be made. */
  pack(): Promise<File | null>;
  /** Makes a new project of such a file and goes there. */
  unpack(file: Blob): Promise<void>;
  /** The room that all projects take; null where the browser does not say. */
  room(): Promise<Room | null>;
  receive(event: Event): void;
}

export type ProjectStore = StoreApi<ProjectState>;

const UNKEPT = 'the last changes could not be kept yet';

export function createProjectStore(
  place: ProjectPlace | null,
  trainer: Trainer,
  app: AppStore,
  stores: KeptStores,
): ProjectStore {
  let index: ProjectIndex | null = null;
  let keeping: Keeping | null = null;
  let hold: Hold | null = null;

  return createStore<ProjectState>()((set, get) => {
    const fail = (error: unknown, outcome: string) =>
      app.getState().fail(new Error(storageProblem(error, outcome)));

    /** What cannot go now is cleared away when the project is opened next. */
    const giveUp = (runId: number) =>
      trainer.request('run.discard', { runId }).catch(() => undefined);

    const startKeeping = async (info: ProjectInfo, at: ProjectIndex): Promise<Reopening> => {
      const contents = await at.load(info.id);
      const restored = await restoreProject(info.id, contents, trainer, stores);
      if (restored.problem !== null) app.getState().fail(new Error(restored.problem));
      let asked = false;
      let unfinished = contents.settings.unfinished?.runId ?? null;
      keeping = new Keeping(
        stores,
        {
          save: (changes) => at.save(info.id, changes),
          onSaved: ({ images, settings }) => {
            if (get().unkept !== null) set({ unkept: null });
            if (images.size > 0 && !asked) void askToLast();
            asked ||= images.size > 0;
            // Only now that its end is written, what it could go on from may go.
            const now = settings.unfinished?.runId ?? null;
            if (unfinished !== null && unfinished !== now) void giveUp(unfinished);
            unfinished = now;
          },
          onFailed(error) {
            set({ unkept: storageProblem(error, UNKEPT) });
            fail(error, UNKEPT);
          },
        },
        restored.written,
        restored.reopening,
      );
      await keeping.flush();
      return restored.reopening;
    };

    /** Another tab has the project, or wants it: writes what is due, and keeps its hands off. */
    const letGo = async (info: ProjectInfo) => {
      await keeping?.flush();
      keeping?.stop();
      keeping = null;
      set({ status: { phase: 'elsewhere', info, taking: false } });
      place?.endWorker();
      hold?.release();
    };

    /** Does something with the open project; where that fails it says so, and what came of it. */
    const withOpen = async (
      outcome: string,
      work: (info: ProjectInfo, at: ProjectIndex) => Promise<void>,
    ) => {
      const { status } = get();
      if (status.phase !== 'open' || !index) return;
      await keeping?.flush();
      await work(status.info, index).catch((error: unknown) => fail(error, outcome));
    };

    const add = async (name: string) => {
      if (!index) return;
      const info = newProject(name);
      await index.add(info, {}).then(
        () => get().goTo(info.id),
        (error: unknown) => fail(error, 'no new project could be made'),
      );
    };

    return {
      status: { phase: 'off', reason: null },
      projects: [],
      unkept: null,
      leaving: false,
      moving: null,

      async open() {
        if (!place || keeping) return null;
        set({ status: { phase: 'opening' } });
        try {
          index = await place.openIndex();
          const info = await projectToOpen(index, place.wanted);
          await get().refresh();
          hold = await takeProject(info.id, () => void letGo(info));
          if (!hold) {
            set({ status: { phase: 'elsewhere', info, taking: false } });
            return null;
          }
          const reopening = await startKeeping(info, index);
          if (hold.isLost()) await letGo(info);
          else set({ status: { phase: 'open', info } });
          return hold.isLost() ? null : reopening;
        } catch (error) {
          if (hold?.isLost()) return null;
          const reason = `This browser keeps nothing for this page: ${sentence(error)}`;
          set({ status: { phase: 'off', reason } });
          return null;
        }
      },

      async reopen() {
        const { status } = get();
        if (status.phase !== 'open' || !keeping) return null;
        await keeping.flush();
        const { phase, start, unfinished } = stores.run.getState();
        const underWay = isRunning(phase) ? start?.runId : unfinished?.runId;
        return reopenProject(status.info.id, keeping.written, underWay ?? null, trainer);
      },

      async close() {
        await keeping?.flush();
        keeping?.stop();
        index?.close();
        hold?.release();
      },

      async reopened() {
        await keeping?.reopened();
      },

      async refresh() {
        if (index) set({ projects: await index.list() });
      },

      async goTo(project) {
        await keeping?.flush();
        set({ leaving: true });
        place?.go(project);
      },

      async takeOver() {
        const { status } = get();
        if (status.phase !== 'elsewhere' || status.taking) return;
        set({ status: { ...status, taking: true } });
        hold = await takeOverProject(status.info.id);
        await get().goTo(status.info.id);
      },

      create(name) {
        const problem = nameProblem(name);
        if (problem === null) void add(name.trim());
        return problem;
      },

      rename(name) {
        const problem = nameProblem(name);
        if (problem !== null) return problem;
        void withOpen('the project could not be renamed', async (info, at) => {
          await at.rename(info.id, name.trim());
          set({ status: { phase: 'open', info: { ...info, name: name.trim() } } });
          await get().refresh();
        });
        return null;
      },

      duplicate(name) {
        const problem = nameProblem(name);
        if (problem !== null) return problem;
        void withOpen('the project could not be duplicated', async (info, at) => {
          const copy = newProject(name.trim());
          await copyProject(at, info.id, copy);
          await get().goTo(copy.id);
        });
        return null;
      },

      remove: () =>
        withOpen('the project could not be deleted', async (info, at) => {
          await removeProject(at, info.id);
          keeping?.stop();
          const next = await projectToOpen(at, null);
          set({ leaving: true });
          place?.go(next.id);
        }),

      async pack() {
        let packed: File | null = null;
        await withOpen('the project’s file could not be written', async (info, at) => {
          const { task, options } = startTask('Writing the project', (moving) => set({ moving }));
          set({ moving: task });
          try {
            packed = await packProject(at, info, options);
          } catch (error) {
            if (!isCancelled(error) && !options.signal.aborted) throw error;
          } finally {
            set({ moving: null });
          }
        });
        return packed;
      },

      async unpack(file) {
        if (!index || get().moving) return;
        const { task, options } = startTask('Reading the project', (moving) => set({ moving }));
        set({ moving: task });
        try {
          const info = newProject('');
          await unpackProject(index, info, file, options);
          await get().goTo(info.id);
        } catch (error) {
          if (options.signal.aborted) return;
          if (error instanceof DOMException) fail(error, 'the project could not be opened');
          else app.getState().fail(error);
        } finally {
          set({ moving: null });
        }
      },

      room: roomLeft,

      receive(event) {
        if (event.type === 'project.problem') app.getState().fail(new Error(event.error.message));
      },
    };
  });
}
