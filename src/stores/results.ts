import { createStore, type StoreApi } from 'zustand/vanilla';
import { failureOf, type Progress, type Trainer } from '../client/trainer-client.ts';
import type {
  BackboneSource,
  Evaluation,
  EvaluationMode,
  ExportedFile,
  ExportOffer,
  Failure,
  ImageId,
  Prediction,
  ReadyModel,
  RunResult,
  RunStart,
} from '../protocol.ts';
import { latest } from './latest.ts';
import type { RunStore } from './run.ts';

/** How the validation set is looked at; epoch null means the restored best weights. */
export interface EvaluationSetting {
  readonly mode: EvaluationMode;
  readonly strength: number;
  readonly epoch: number | null;
}

/** An image given to the trained model. */
export interface Trial {
  readonly id: number;
  readonly name: string;
  readonly image: Blob;
  readonly prediction: Prediction | null;
  readonly failure: Failure | null;
}

/** The run that is open, as it was judged. */
export interface JudgedRun {
  readonly start: RunStart;
  readonly result: RunResult;
}

export interface NamedFile {
  readonly name: string;
  readonly file: Blob;
}

interface ResultsData {
  readonly judged: JudgedRun | null;
  readonly evaluation: Evaluation | null;
  /** How the evaluation shown was measured. */
  readonly shown: EvaluationSetting;
  /** What was asked for last; ahead of `shown` while it is measured. */
  readonly setting: EvaluationSetting;
  readonly evaluating: boolean;
  /** An adapter opened after the run; it is then the model that predicts. */
  readonly imported: ReadyModel | null;
  /** What was opened last from a file, an adapter or a whole run, while it predicts. */
  readonly brought: ReadyModel | null;
  readonly importing: Progress | null;
  readonly trials: readonly Trial[];
  /** In which formats the model can be taken home; null until that was asked. */
  readonly offers: readonly ExportOffer[] | null;
  /** Files by their format, until another model stands ready. */
  readonly exported: Readonly<Record<string, ExportedFile>>;
  /** The format that is being written. */
  readonly exporting: string | null;
  readonly failure: Failure | null;
}

export interface ResultsState extends ResultsData {
  /** Measures the validation set again; of several requests in a row only the last is sent. */
  evaluate(change: Partial<EvaluationSetting>): void;
  tryImage(image: Blob, name: string): Promise<void>;
  removeTrial(id: number): void;
  /** Predicts one camera frame and takes it over; rejects with a `TrainerError`. */
  predictFrame(frame: ImageBitmap): Promise<Prediction>;
  loadOffers(): Promise<void>;
  /** Writes the model in one format and tries it on up to 16 of the images. */
  exportModel(format: string, images: readonly ImageId[]): Promise<void>;
  /** Opens an adapter, with the run's own files `beside` it, or a zip; a whole run goes on the list. */
  importModel(model: NamedFile & { readonly beside?: readonly NamedFile[] }): Promise<void>;
  /** Shows what went wrong with a file that was made. */
  fail(error: unknown): void;
  dismissFailure(): void;
}

/** Whether it shows the model itself: best weights, both uses of the scales at full strength. */
export function isAsTrained({ mode, strength, epoch }: EvaluationSetting): boolean {
  return mode === 'both' && strength === 1 && epoch === null;
}

export type ResultsStore = StoreApi<ResultsState>;

export const AS_TRAINED: EvaluationSetting = { mode: 'both', strength: 1, epoch: null };
const DEBOUNCE = 150;
const TRIAL_LIMIT = 24;

const INITIAL: ResultsData = {
  judged: null,
  evaluation: null,
  shown: AS_TRAINED,
  setting: AS_TRAINED,
  evaluating: false,
  imported: null,
  brought: null,
  importing: null,
  trials: [],
  offers: null,
  exported: {},
  exporting: null,
  failure: null,
};

/** What a model from a file finds on the page. */
interface Found {
  /** Where backbones of this page come from, by hash. */
  readonly sources: () => Readonly<Record<string, BackboneSource>>;
  /** Resolves once no images are being read: a run that comes before its images could not be judged by them. */
  readonly imagesRead: () => Promise<unknown>;
}

const NOTHING_FOUND: Found = { sources: () => ({}), imagesRead: () => Promise.resolve() };

export function createResultsStore(
  trainer: Trainer,
  run: RunStore,
  { sources, imagesRead }: Found = NOTHING_FOUND,
): ResultsStore {
  const store = createStore<ResultsState>()((set, get) => {
    const fail = (error: unknown) => set({ failure: failureOf(error) });
    const evaluation = latest<EvaluationSetting>(async (setting) => {
      const judged = get().judged;
      const measured = await trainer.request('run.evaluate', { ...setting }).catch(fail);
      const current = get().setting === setting;
      if (current) set({ evaluating: false });
      // A run that finished meanwhile brought its own evaluation.
      if (measured && get().judged === judged) set({ evaluation: measured, shown: setting });
      else if (current && !measured) set({ setting: get().shown });
    }, DEBOUNCE);
    let nextTrial = 1;
    return {
      ...INITIAL,
      evaluate(change) {
        const setting = { ...get().setting, ...change };
        set({ setting, evaluating: true });
        evaluation.want(setting);
      },
      async tryImage(image, name) {
        const trial: Trial = { id: nextTrial++, name, image, prediction: null, failure: null };
        set({ trials: [trial, ...get().trials].slice(0, TRIAL_LIMIT) });
        const outcome = await trainer.request('predict', { image }).then(
          (prediction) => ({ prediction }),
          (error: unknown) => ({ failure: failureOf(error) }),
        );
        const settled = (other: Trial) =>
          other.id === trial.id ? { ...other, ...outcome } : other;
        set({ trials: get().trials.map(settled) });
      },
      removeTrial: (id) => set({ trials: get().trials.filter((trial) => trial.id !== id) }),
      predictFrame: (frame) => trainer.request('predict', { image: frame }, { transfer: [frame] }),
      async loadOffers() {
        const { judged, imported } = get();
        const offers = await trainer.request('model.formats', {}).catch(fail);
        // Another model may stand ready by now.
        if (offers && judged === get().judged && imported === get().imported) set({ offers });
      },
      async exportModel(format, images) {
        if (get().exporting !== null) return;
        set({ exporting: format, failure: null });
        const made = await trainer.request('model.export', { format, images }).catch(fail);
        const exported = made ? { ...get().exported, [format]: made } : get().exported;
        set({ exporting: null, exported });
      },
      async importModel({ file, name, beside = [] }) {
        if (get().importing !== null) return;
        const onProgress = (importing: Progress) => set({ importing });
        set({ importing: { done: 0, total: 0, unit: 'bytes', note: '' }, failure: null });
        await imagesRead();
        const args = { file, name, beside, sources: sources() };
        const opened = await trainer.request('model.import', args, { onProgress }).catch(fail);
        set({ importing: null });
        if (!opened) return;
        const { model: brought, run: arrived } = opened;
        if (arrived) run.getState().arrive(arrived, brought.backbone);
        const imported = arrived ? null : brought;
        set({ imported, brought, trials: [], offers: null, exported: {} });
      },
      fail,
      dismissFailure: () => set({ failure: null }),
    };
  });
  run.subscribe(({ start, result, opened }, before) => {
    if (opened === null && before.opened !== null) store.setState(closed(store.getState()));
    if (result === null || start === null || result === before.result) return;
    if (opened !== start.runId) return; // a trial
    const { evaluation } = result;
    store.setState({ ...INITIAL, judged: { start, result }, evaluation });
  });
  return store;
}

/** Without the run that was open; an adapter that predicts goes on predicting. */
function closed({ imported, brought, trials, offers, exported }: ResultsData): ResultsData {
  return imported === null ? INITIAL : { ...INITIAL, imported, brought, trials, offers, exported };
}
