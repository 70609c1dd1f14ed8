/** Races as they look from the stores: under way, won, and undecided. */
import { summariseRace, planRace, type MethodSummary, type RaceResult } from '../lib/race.ts';
import type { EpochRecord, RunConfig, RunStart } from '../protocol.ts';
import type { RaceEntry, RaceRow, RaceState, TuneRecord } from '../stores/race.ts';
import type { FinishedRun } from '../stores/runs.ts';
import { fakeCatalog } from './fake-catalog.ts';

export type FakeRaceEnd = 'racing' | 'winner' | 'tie';

const METHODS = ['san', 'linear', 'full', 'lora'];
const SEEDS = 3;
const EPOCHS = 12;
const CLASSES = ['clean', 'scratch', 'pit', 'crack', 'stain'];
/** Share of the images that each method gets right. */
const SKILLS: Record<'winner' | 'tie', readonly number[]> = {
  winner: [0.95, 0.66, 0.72, 0.78],
  tie: [0.88, 0.55, 0.7, 0.8],
};
const PARAMETERS = [20_805, 965, 2_850_693, 111_557];
const BYTES = [84_000, 4_900, 11_403_000, 447_000];

interface FakeRace {
  readonly race: Partial<RaceState>;
  readonly finished: readonly FinishedRun[];
}

/** Four methods and three seeds, judged by the images with ids 1 … `images`. */
export function fakeRace(end: FakeRaceEnd, images = 75): FakeRace {
  const planned = planRace(METHODS, SEEDS, 1);
  const done = end === 'racing' ? 5 : planned.length;
  const finished = planned.slice(0, done).map(({ method, seed }, index) => {
    const skill = SKILLS[end === 'tie' ? 'tie' : 'winner'][METHODS.indexOf(method)] ?? 0.5;
    return finishedRun(index + 1, method, seed, skill, images);
  });
  const results = finished.map(resultOf);
  const { methods, best, winner, leaders } = summariseRace(results);
  const ended = end !== 'racing';
  const rows = METHODS.map((method) =>
    rowOf(method, methods.find((entry) => entry.method === method) ?? null, {
      ended,
      best,
      winner,
      leaders,
    }),
  );
  const entries: RaceEntry[] = planned.map((plan, index) => ({
    ...plan,
    state: index < done ? 'finished' : index === done ? 'running' : 'waiting',
    runId: index < done ? index + 1 : null,
    learningRate: 0.005,
    failure: null,
  }));
  return {
    finished,
    race: {
      phase: ended ? 'finished' : 'racing',
      choice: { methods: METHODS, seeds: SEEDS, tune: true },
      entries,
      rows,
      winner: ended ? winner : null,
      leaders: ended ? leaders : [],
      tuning: METHODS.flatMap(tried),
    },
  };
}

interface Standing {
  readonly ended: boolean;
  readonly best: string | null;
  readonly winner: string | null;
  readonly leaders: readonly string[];
}

function rowOf(method: string, summary: MethodSummary | null, standing: Standing): RaceRow {
  const index = METHODS.indexOf(method);
  const parameters = PARAMETERS[index] ?? 0;
  const { ended, winner, leaders } = standing;
  const leads = leaders.includes(method) ? 'leading' : 'behind';
  return {
    method,
    label: labelOf(method),
    state: ended ? 'finished' : index === 1 ? 'running' : 'waiting',
    meanAccuracy: summary?.mean ?? null,
    interval: summary?.interval ?? null,
    perSeed: summary?.accuracies ?? [],
    standardDeviation: summary?.standardDeviation ?? null,
    seconds: summary && 24 + 9 * index,
    imagesPerSecond: summary && 214 - 31 * index,
    trainableParameters: summary && parameters,
    trainableShare: summary && parameters / 2_850_693,
    adapterBytes: summary && (BYTES[index] ?? 0),
    extraCost: summary && 0,
    foldsAway: true,
    learningRate: 0.005,
    standing: !ended ? 'pending' : method === winner ? 'winner' : leads,
    differenceToBest: summary?.differenceToBest ?? null,
  };
}

function labelOf(method: string): string {
  return fakeCatalog.methods.find(({ name }) => name === method)?.label ?? method;
}

function tried(method: string): TuneRecord[] {
  return [0.001, 0.005, 0.02].map((learningRate, index) => ({
    method,
    learningRate,
    accuracy: index === 2 && method === 'full' ? null : 0.7 + 0.04 * index,
    loss: index === 2 && method === 'full' ? null : 0.9 - 0.1 * index,
    chosen: index === 1,
  }));
}

function resultOf({ start, config, result }: FinishedRun): RaceResult {
  const { labels, probabilities } = result.evaluation;
  const right = Array.from(labels, (label, row) =>
    (probabilities[row * CLASSES.length + label] ?? 0) > 0.5 ? 1 : 0,
  );
  return { method: start.method, seed: Number(config.training['seed']), right };
}

/** The same arguments give the same run. */
function finishedRun(
  runId: number,
  method: string,
  seed: number,
  skill: number,
  images: number,
): FinishedRun {
  const ids = Array.from({ length: images }, (_, index) => index + 1);
  const labels = Int32Array.from(ids, (id) => id % CLASSES.length);
  const luck = 0.04 * (noise(runId * 17) - 0.5);
  const probabilities = new Float32Array(images * CLASSES.length).fill(0.1);
  let right = 0;
  for (const [row, label] of labels.entries()) {
    const hit = 0.7 * noise(row * 7 + 1) + 0.3 * noise(row * 3 + runId) < skill + luck;
    const guess = hit ? label : (label + 1) % CLASSES.length;
    probabilities[row * CLASSES.length + guess] = 0.6;
    right += Number(hit);
  }
  const accuracy = right / images;
  const epochs = Array.from({ length: EPOCHS }, (_, index) => epochAt(index + 1, runId, accuracy));
  const evaluation = {
    mode: 'both',
    strength: 1,
    images: ids,
    labels,
    probabilities,
    loss: 0.3,
    accuracy,
  } as const;
  return {
    name: `${labelOf(method)} · ViT-Tiny/16, 6 blocks · seed ${seed}`,
    config: configOf(method, seed),
    start: startOf(runId, method, ids),
    steps: [],
    epochs,
    frames: [],
    result: {
      runId,
      end: 'completed',
      bestEpoch: EPOCHS,
      bestValidationAccuracy: accuracy,
      evaluation,
      modes: null,
      seconds: 24 + 3 * runId,
      imagesPerSecond: 214,
    },
    kept: runId !== 2,
  };
}

function configOf(method: string, seed: number): RunConfig {
  const learningRate = method === 'san' ? 0.005 : 0.01;
  const classes = CLASSES.map((name) => ({ name, images: [] }));
  const training = { epochs: EPOCHS, learningRate, batch: 32, augmentation: 'light', seed };
  return { method, methodOptions: {}, training, classes };
}

function startOf(runId: number, method: string, validationImages: readonly number[]): RunStart {
  const index = METHODS.indexOf(method);
  return {
    runId,
    method,
    backbone: 'vit_tiny6_patch16_128',
    totalEpochs: EPOCHS,
    stepsPerEpoch: 5,
    stepOnDevice: { batchSize: 16, accumulation: 1, recomputes: false, bytes: 133e6 },
    trainImages: Array.from({ length: 125 }, (_, at) => 1000 + at),
    validationImages,
    classes: CLASSES,
    trainableParameters: PARAMETERS[index] ?? 0,
    totalParameters: 2_850_693,
    adapterBytes: BYTES[index] ?? 0,
    extraCost: 0,
    scaleSites: [],
  };
}

function epochAt(epoch: number, runId: number, accuracy: number): EpochRecord {
  const progress = (1 - Math.exp(-epoch / 3)) / (1 - Math.exp(-EPOCHS / 3));
  const wobble = epoch === EPOCHS ? 0 : 0.05 * (noise(epoch * 5 + runId) - 0.5);
  return {
    epoch,
    step: epoch * 5,
    trainLoss: 1.6 - 1.4 * progress,
    trainAccuracy: 0.2 + 0.78 * progress,
    validationLoss: 1.6 - 1.2 * progress + Math.abs(wobble),
    validationAccuracy: 0.2 + (accuracy - 0.2) * progress + wobble,
    seconds: 2,
    best: epoch === EPOCHS,
    modes: null,
  };
}

/** Deterministic, in [0, 1). */
function noise(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43758.5453;
  return value - Math.floor(value);
}
