import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RacedMethod } from '../client/race-plan.ts';
import type { Trainer } from '../client/trainer-client.ts';
import type {
  BackboneInfo,
  BackboneSource,
  Catalog,
  FieldValue,
  FormValues,
  MethodInfo,
} from '../protocol.ts';
import { isCancelled, sentence } from './app.ts';
import { findMethod } from './catalog.ts';
import { defaultsOf, formProblems } from './form.ts';
import { startTask, type Task } from './task.ts';

export interface ConfigState {
  readonly backbone: BackboneInfo | null;
  /** Hash → where that backbone was opened from: of all that were opened in this project. */
  readonly sources: Readonly<Record<string, BackboneSource>>;
  readonly loading: Task | null;
  /** Why the last backbone could not be opened; the one before stays. */
  readonly backboneProblem: string | null;
  readonly method: string | null;
  /** What the person changed, per method. */
  readonly touchedOptions: Readonly<Record<string, FormValues>>;
  readonly touchedTraining: FormValues;
  /** What the images at hand suggest, over the method's own defaults. */
  readonly suggestedTraining: FormValues;
}

/** What of the settings lasts. */
export type KeptConfig = Pick<
  ConfigState,
  'sources' | 'method' | 'touchedOptions' | 'touchedTraining' | 'suggestedTraining'
>;

export interface ConfigActions {
  /** True once it stands ready; false if it failed or was cancelled, and the one before stays. */
  loadBackbone(source: BackboneSource, label: string): Promise<boolean>;
  /** Whether a backbone is open, once the one being opened has settled. */
  opened(): Promise<boolean>;
  /** Takes over a backbone that the worker loaded on its own, for an imported adapter. */
  adoptBackbone(backbone: BackboneInfo): void;
  /** Takes over the settings of an earlier session. */
  restore(settings: KeptConfig): void;
  dismissBackboneProblem(): void;
  chooseMethod(name: string): void;
  setOption(name: string, value: FieldValue): void;
  setTraining(name: string, value: FieldValue): void;
  suggestTraining(suggested: FormValues): void;
  resetTraining(): void;
}

export type ConfigStore = StoreApi<ConfigState & ConfigActions>;

export function createConfigStore(trainer: Trainer): ConfigStore {
  let opening: Promise<boolean> = Promise.resolve(false);
  return createStore((set, get) => ({
    backbone: null,
    sources: {},
    loading: null,
    backboneProblem: null,
    method: null,
    touchedOptions: {},
    touchedTraining: {},
    suggestedTraining: {},

    loadBackbone(source, label) {
      get().loading?.cancel();
      const { task, options } = startTask(label, (loading) => {
        if (isCurrent()) set({ loading });
      });
      const isCurrent = () => get().loading?.cancel === task.cancel;
      const load = async () => {
        set({ loading: task, backboneProblem: null });
        try {
          const backbone = await trainer.request('backbone.load', { source }, options);
          set({ backbone, sources: { ...get().sources, [backbone.hash]: source } });
          return true;
        } catch (error) {
          if (!isCancelled(error)) set({ backboneProblem: sentence(error) });
          return false;
        } finally {
          if (isCurrent()) set({ loading: null });
        }
      };
      opening = load();
      return opening;
    },

    async opened() {
      await opening;
      return get().backbone !== null;
    },

    adoptBackbone(backbone) {
      const { hash, origin } = backbone;
      const source = get().sources[hash] ?? (origin.kind === 'file' ? undefined : origin);
      const sources = source ? { ...get().sources, [hash]: source } : get().sources;
      set({ backbone, sources, backboneProblem: null });
    },
    restore: (settings) => set(settings),
    dismissBackboneProblem: () => set({ backboneProblem: null }),
    chooseMethod: (method) => set({ method }),

    setOption(name, value) {
      const { method, touchedOptions } = get();
      if (method === null) return;
      const options = { ...touchedOptions[method], [name]: value };
      set({ touchedOptions: { ...touchedOptions, [method]: options } });
    },

    setTraining: (name, value) =>
      set({ touchedTraining: { ...get().touchedTraining, [name]: value } }),

    suggestTraining: (suggestedTraining) => set({ suggestedTraining }),

    resetTraining: () => set({ touchedTraining: {} }),
  }));
}

export function methodOptions(catalog: Catalog, state: ConfigState): FormValues {
  const method = findMethod(catalog, state.method);
  if (!method) return {};
  return defaultsOf(method.fields, state.touchedOptions[method.name] ?? {});
}

/** Untouched values follow what the images suggest, then the method's own defaults, then the fields'. */
export function trainingValues(catalog: Catalog, state: ConfigState): FormValues {
  const method = findMethod(catalog, state.method);
  return defaultsOf(catalog.training, {
    ...(method?.trainingDefaults ?? {}),
    ...state.suggestedTraining,
    ...state.touchedTraining,
  });
}

/** A method as the person set it up, at its own learning rate: what suits one method suits no other. */
export function racedMethod(catalog: Catalog, state: ConfigState, info: MethodInfo): RacedMethod {
  const chosen = { ...state, method: info.name };
  const { learningRate } = defaultsOf(catalog.training, info.trainingDefaults);
  const training = {
    ...trainingValues(catalog, chosen),
    ...(learningRate !== undefined && { learningRate }),
  };
  return { info, options: methodOptions(catalog, chosen), training };
}

/** Why the backbone cannot be trained so, or the first broken rule in either form; null where all hold. */
export function settingsProblem(catalog: Catalog, state: ConfigState): string | null {
  const method = findMethod(catalog, state.method);
  const refusal = method && state.backbone?.refusals[method.name];
  const problems = [
    ...(refusal ? [`${method.label} cannot train this backbone. ${refusal}`] : []),
    ...formProblems(method?.fields ?? [], methodOptions(catalog, state)).values(),
    ...formProblems(catalog.training, trainingValues(catalog, state)).values(),
  ];
  return problems[0] ?? null;
}

/** What keeps a run from having a network, as a sentence; null where one is open. */
export function missingBackbone(config: ConfigStore): string | null {
  const { backbone, loading } = config.getState();
  if (backbone) return null;
  return loading
    ? 'The backbone is still being opened.'
    : 'Needs a backbone: choose one in step 2.';
}
