import type {
  Evaluation,
  EvaluationMode,
  Event,
  Failure,
  Prediction,
  RunConfig,
  RunEnd,
  RunPhase,
  RunResult,
  RunStart,
  ScaleSite,
} from '../protocol.ts';

const STEPS_PER_EPOCH = 10;
const MODES = { both: 0.93, neuron: 0.84, synapse: 0.71, head: 0.62 };

let nextRun = 1;

/** Plausible curves and scales, the same for the same number of classes and epochs. */
export class FakeRun {
  readonly #start: RunStart;
  readonly #labels: Int32Array;
  readonly #emit: (event: Event) => void;
  readonly #tick: number;
  /** How its network judges differs from that of other methods and seeds. */
  readonly #skill: number;
  readonly #luck: number;
  #step = 0;
  #phase: RunPhase = 'preparing';
  #ended = false;

  constructor(config: RunConfig, emit: (event: Event) => void, tick: number) {
    this.#emit = emit;
    this.#tick = tick;
    this.#skill = config.method === 'san' ? 1 : 0.85;
    this.#luck = Number(config.training['seed'] ?? 1) - 1;
    const split = config.classes.map(({ images, validation }) => ({
      train: validation ? images : images.filter((_, i) => i % 5 !== 0),
      validation: validation ?? images.filter((_, i) => i % 5 === 0),
    }));
    const validation = split.map((entry) => entry.validation);
    this.#labels = Int32Array.from(validation.flatMap((images, label) => images.map(() => label)));
    this.#start = {
      runId: nextRun++,
      method: config.method,
      backbone: 'vit_tiny6_patch16_128',
      totalEpochs: Number(config.training['epochs'] ?? 20),
      stepsPerEpoch: STEPS_PER_EPOCH,
      stepOnDevice: { batchSize: 16, accumulation: 1, recomputes: false, bytes: 133e6 },
      trainImages: split.flatMap(({ train }) => train),
      validationImages: validation.flat(),
      classes: config.classes.map(({ name }) => name),
      trainableParameters: 20_805,
      totalParameters: 2_850_693,
      adapterBytes: 4_000,
      extraCost: 0,
      scaleSites: config.method === 'san' ? sites() : [],
    };
  }

  get runId(): number {
    return this.#start.runId;
  }

  get ended(): boolean {
    return this.#ended;
  }

  start(): RunStart {
    setTimeout(() => this.#next(), this.#tick);
    return this.#start;
  }

  pause(): null {
    this.#phase = 'paused';
    this.#status();
    return null;
  }

  resume(): null {
    this.#phase = 'training';
    setTimeout(() => this.#next(), this.#tick);
    return null;
  }

  stop(): null {
    this.#finish('stopped');
    return null;
  }

  evaluate(mode: EvaluationMode, strength: number): Evaluation {
    const { validationImages, classes } = this.#start;
    const accuracy = this.#skill * MODES[mode] - 0.2 * Math.abs(strength - 1);
    const probabilities = new Float32Array(validationImages.length * classes.length);
    let right = 0;
    for (const [row, label] of this.#labels.entries()) {
      const hit = noise(row * 7 + 1 + this.#luck) < accuracy;
      const guess = hit ? label : (label + 1) % classes.length;
      if (hit) right += 1;
      const confidence = 0.55 + 0.4 * noise(row * 3);
      for (let column = 0; column < classes.length; column += 1) {
        const rest = (1 - confidence) / Math.max(1, classes.length - 1);
        probabilities[row * classes.length + column] = column === guess ? confidence : rest;
      }
    }
    return {
      mode,
      strength,
      images: validationImages,
      labels: this.#labels,
      probabilities,
      loss: 0.24,
      accuracy: right / Math.max(1, this.#labels.length),
    };
  }

  predict(): Prediction {
    const { classes } = this.#start;
    const logits = Float32Array.from(classes, (_, index) => 2 - index);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    return { classes, logits, probabilities: logits.map((logit) => Math.exp(logit) / total) };
  }

  fail(error: Failure): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#emit({ type: 'run.failed', runId: this.runId, error, place: null });
  }

  #next(): void {
    if (this.#ended || this.#phase === 'paused') return;
    this.#phase = 'training';
    this.#step += 1;
    const { runId, scaleSites, totalEpochs } = this.#start;
    this.#emit({ type: 'run.steps', runId, steps: [stepRecord(this.#step)] });
    if (scaleSites.length > 0 && this.#step % 2 === 1) {
      const values = scaleValues(scaleSites, this.#step);
      this.#emit({ type: 'run.scales', runId, frame: { step: this.#step, values } });
    }
    if (this.#step % STEPS_PER_EPOCH === 0) this.#epoch();
    this.#status();
    if (this.#step >= totalEpochs * STEPS_PER_EPOCH) this.#finish('completed');
    else setTimeout(() => this.#next(), this.#tick);
  }

  #epoch(): void {
    const epoch = this.#step / STEPS_PER_EPOCH;
    const progress = 1 - Math.exp(-epoch / 5);
    this.#emit({
      type: 'run.epoch',
      runId: this.#start.runId,
      epoch: {
        epoch,
        step: this.#step,
        trainLoss: 1.6 - 1.45 * progress,
        trainAccuracy: 0.2 + 0.78 * progress,
        validationLoss: 1.6 - 1.3 * progress + 0.03 * noise(epoch),
        validationAccuracy: 0.2 + 0.72 * progress + 0.02 * noise(epoch + 50),
        seconds: 1.4,
        best: true,
        modes: null,
      },
    });
  }

  #status(): void {
    const totalSteps = this.#start.totalEpochs * STEPS_PER_EPOCH;
    this.#emit({
      type: 'run.status',
      status: {
        runId: this.#start.runId,
        phase: this.#phase,
        step: this.#step,
        totalSteps,
        imagesPerSecond: 214,
        secondsLeft: this.#step > 5 ? (totalSteps - this.#step) * 0.14 : null,
        deviceBytes: 412e6,
        preparation: null,
      },
    });
  }

  #finish(end: RunEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    const evaluation = this.evaluate('both', 1);
    const result: RunResult = {
      runId: this.#start.runId,
      end,
      bestEpoch: Math.max(1, Math.floor(this.#step / STEPS_PER_EPOCH)),
      bestValidationAccuracy: evaluation.accuracy,
      evaluation,
      modes: this.#start.scaleSites.length > 0 ? MODES : null,
      seconds: 28.4,
      imagesPerSecond: 214,
    };
    this.#emit({ type: 'run.finished', result });
  }
}

function stepRecord(step: number) {
  const progress = 1 - Math.exp(-step / 50);
  return {
    step,
    loss: 1.62 - 1.5 * progress + 0.18 * (noise(step) - 0.5),
    accuracy: Math.min(1, 0.2 + 0.8 * progress + 0.12 * (noise(step + 9) - 0.5)),
    learningRate: 0.005 * Math.min(1, step / 20),
    gradientNorm: 1.2 - progress + 0.2 * noise(step + 3),
  };
}

/** Deterministic, in [0, 1). */
function noise(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43758.5453;
  return value - Math.floor(value);
}

function scaleValues(scaleSites: readonly ScaleSite[], step: number): Float32Array {
  const width = scaleSites.reduce((sum, site) => sum + site.width, 0);
  const reach = 0.4 * (1 - Math.exp(-step / 80));
  return Float32Array.from({ length: width }, (_, channel) => {
    const pull = noise(channel * 3 + 1) + noise(channel * 5 + 2) + noise(channel * 7 + 3) - 1.5;
    return 1 + reach * pull;
  });
}

function sites(): ScaleSite[] {
  const layers = [
    ['attn.qkv', 'attention in', 576],
    ['attn.proj', 'attention out', 192],
    ['mlp.fc1', 'MLP in', 768],
    ['mlp.fc2', 'MLP out', 192],
  ] as const;
  const all: ScaleSite[] = [{ site: 'patch_embed', label: 'Patches', width: 192, offset: 0 }];
  let offset = 192;
  for (let block = 0; block < 6; block += 1) {
    for (const [layer, label, width] of layers) {
      const site = `blocks.${block}.${layer}`;
      all.push({ site, label: `Block ${block + 1} · ${label}`, width, offset });
      offset += width;
    }
  }
  return all;
}
