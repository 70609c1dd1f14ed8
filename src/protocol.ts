/**
 * Everything that crosses the worker boundary, in both directions.
 *
 * The page sends a `Command` and gets one `reply` or one `error` with the same
 * id; whatever happens in between or unasked arrives as an `Event`. Large arrays
 * are transferred, never copied. The page owns names and classes, the worker owns
 * pixels and weights: an image is an `ImageId` on this side of the boundary.
 */

export const PROTOCOL_VERSION = 1;

// ---------------------------------------------------------------- device

export type BackendName = 'webgpu' | 'wasm';

/** Our own kernels, or TensorFlow.js's alone. */
export type KernelChoice = 'own' | 'stock';

export interface DeviceInfo {
  readonly backend: BackendName;
  /** Human-readable adapter name, e.g. "NVIDIA H200" or "WebAssembly, 2 threads". */
  readonly adapter: string;
  /** A WebGPU adapter that is emulated on the processor. */
  readonly software: boolean;
  readonly f16: boolean;
  readonly subgroups: boolean;
  /** WebAssembly threads in use; 1 where the page is not cross-origin isolated. */
  readonly threads: number;
  readonly memory: DeviceMemory;
  /** Why WebGPU is not used, as a sentence; null where it is. */
  readonly fallbackReason: string | null;
}

/** What the browser says of memory. No browser says how much a graphics card has. */
export interface DeviceMemory {
  /** Largest single tensor, in bytes. */
  readonly largestTensor: number;
  /** All tensors together, in bytes; null where nothing limits them but the device itself. */
  readonly allTensors: number | null;
  /** The computer's own memory in bytes, rounded and capped by browsers; null where it is not told. */
  readonly system: number | null;
}

// ---------------------------------------------------------------- forms

interface FieldBase {
  readonly name: string;
  readonly label: string;
  /** One plain sentence, shown on focus. */
  readonly help: string;
  /** Folded away under "Advanced". */
  readonly advanced: boolean;
}

export interface NumberField extends FieldBase {
  readonly kind: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
  /** The natural scale of the control: learning rates move by factors. */
  readonly scale: 'linear' | 'log';
  readonly unit: string | null;
}

export interface ChoiceField extends FieldBase {
  readonly kind: 'choice';
  readonly default: string;
  readonly options: readonly {
    readonly value: string;
    readonly label: string;
    readonly help: string;
  }[];
}

export interface SwitchField extends FieldBase {
  readonly kind: 'switch';
  readonly default: boolean;
}

export type Field = NumberField | ChoiceField | SwitchField;
export type FieldValue = number | string | boolean;
export type FormValues = Readonly<Record<string, FieldValue>>;

// ---------------------------------------------------------------- catalog

export interface MethodInfo {
  readonly name: string;
  readonly label: string;
  /** What it does, in one sentence a newcomer understands. */
  readonly summary: string;
  /** The method's own settings. */
  readonly fields: readonly Field[];
  /** Where this method wants other defaults than the training fields' own. */
  readonly trainingDefaults: FormValues;
  /** It has scales to see, and the four evaluation modes. */
  readonly hasScales: boolean;
  /** After training it disappears into the weights: the network is as fast as before. */
  readonly foldsAway: boolean;
  /** Where it stands in a list of methods, smallest first. */
  readonly order: number;
}

export interface ModelCard {
  readonly name: string;
  readonly label: string;
  readonly family: string;
  readonly parameters: number;
  readonly bytes: number;
  /** Side of the square input, in pixels. */
  readonly imageSize: number;
  readonly summary: string;
  /** The images it learned from, e.g. "ImageNet-21k, then ImageNet-1k". */
  readonly pretraining: string;
  readonly licence: string;
  /** Numbers that its convolutions and linear layers put out for one image. */
  readonly activations: number;
}

export interface HubCard extends ModelCard {
  /** Hub repository, e.g. "timm/resnet18.a1_in1k". */
  readonly repository: string;
}

export interface DemoCard {
  readonly name: string;
  readonly label: string;
  readonly summary: string;
  readonly classes: readonly string[];
  /** Images per class that make a good first run. */
  readonly imagesPerClass: number;
  /** Where this task wants other training settings than the method's own defaults. */
  readonly training: FormValues;
}

/** What this build offers. The page draws its forms from it and names no method or backbone itself. */
export interface Catalog {
  readonly methods: readonly MethodInfo[];
  readonly training: readonly Field[];
  readonly bundled: readonly ModelCard[];
  readonly hub: readonly HubCard[];
  readonly demos: readonly DemoCard[];
}

// ---------------------------------------------------------------- images

export type ImageId = number;

export interface ImportItem {
  readonly file: Blob;
  /** Path as the person sees it, "leaves/oak/1.jpg"; the parent folder names the class. */
  readonly path: string;
}

export interface ImageInfo {
  readonly id: ImageId;
  readonly path: string;
  /** Class suggested by the folder or by the import's target; null where neither says. */
  readonly className: string | null;
  readonly width: number;
  readonly height: number;
  /** A small picture, longest side at most 96 px. */
  readonly thumbnail: Blob;
  /** What it looks like, to tell near-duplicates by; images of older projects have none. */
  readonly look?: string;
  /** Images that came before it and look almost the same. */
  readonly alike?: readonly ImageId[];
  /** Where its bytes are kept; left out where nothing is. */
  readonly file?: KeptFile;
}

/** A picture's own file in the project's folder. */
export interface KeptFile {
  readonly name: string;
  /** SHA-256 of its bytes, hex; null on insecure pages. */
  readonly hash: string | null;
}

/** A picture of an earlier session. */
export interface KeptImage {
  readonly id: ImageId;
  readonly path: string;
  readonly file: KeptFile;
  readonly look?: string;
}

export interface RejectedFile {
  readonly path: string;
  /** A sentence: what was expected and what came. */
  readonly reason: string;
}

export interface ImportSummary {
  readonly added: number;
  /** How many of those added move: the first frame of each was taken. */
  readonly animated: number;
  readonly rejected: readonly RejectedFile[];
}

// ---------------------------------------------------------------- backbone

export interface Preprocessing {
  /** Side of the square input, in pixels. */
  readonly size: number;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly interpolation: 'bilinear' | 'bicubic';
  /** Share of the resized image that the centre crop keeps, in (0, 1]. */
  readonly cropShare: number;
  /** "center": resize the short side, then crop; "squash": resize both sides straight to the size. */
  readonly cropMode: 'center' | 'squash';
}

export type BackboneSource =
  | { readonly kind: 'bundled'; readonly name: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly weights: Blob;
      /** timm's or Transformers' config.json, or Transformers' preprocessor_config.json. */
      readonly config: Blob | null;
      /** The second of Transformers' two, where both are given. */
      readonly preprocessor?: Blob | null;
    }
  | { readonly kind: 'hub'; readonly repository: string };

/** Settings of the open source a backbone came from, without its bytes. */
export type BackboneOrigin =
  | { readonly kind: 'bundled'; readonly name: string }
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'hub'; readonly repository: string };

export interface BackboneInfo {
  readonly name: string;
  /** e.g. "ViT-Tiny/16, 6 blocks". */
  readonly label: string;
  readonly family: string;
  readonly parameters: number;
  readonly preprocessing: Preprocessing;
  /** SHA-256 of the weights file, hex. */
  readonly hash: string;
  readonly origin: BackboneOrigin;
  /** Whose tensor names the file carries; in here, and in every export, they are timm's. */
  readonly naming: 'timm' | 'transformers';
  /** Sentences on what of the file could not be used. */
  readonly notes: readonly string[];
  /** Class names of the head the file came with; null where it has none. */
  readonly classes: readonly string[] | null;
  /** Method → why it cannot train this network, as a sentence; methods that can are not in it. */
  readonly refusals: Readonly<Record<string, string>>;
  /** It was served from the browser's own cache. */
  readonly cached: boolean;
}

// ---------------------------------------------------------------- runs

export interface RunClass {
  readonly name: string;
  readonly images: readonly ImageId[];
  /** Images of which each looks almost like another of its group: they go to one side together. */
  readonly groups?: readonly (readonly ImageId[])[];
  /** Given for every class or for none; where given, nothing is split off. */
  readonly validation?: readonly ImageId[];
}

export interface RunConfig {
  readonly method: string;
  readonly methodOptions: FormValues;
  readonly training: FormValues;
  readonly classes: readonly RunClass[];
  /** Hash of the only backbone it may train on; where left out, whichever is loaded. */
  readonly backbone?: string;
}

export interface ScaleSite {
  /** timm name of the layer, e.g. "blocks.0.attn.qkv". */
  readonly site: string;
  /** e.g. "Block 1 · attention in". */
  readonly label: string;
  readonly width: number;
  /** Where this site's channels start in `ScaleFrame.values`. */
  readonly offset: number;
}

export interface ScaleFrame {
  readonly step: number;
  /** Every learned scale, site after site. */
  readonly values: Float32Array;
}

/** How a run's steps go through the device. */
export interface StepOnDevice {
  /** Images that go through the network together: fewer than a batch where that would not fit. */
  readonly batchSize: number;
  readonly accumulation: number;
  /** Blocks are computed a second time instead of being remembered. */
  readonly recomputes: boolean;
  /** Most bytes it is expected to take; 0 for a run that was trained elsewhere. */
  readonly bytes: number;
}

export interface RunStart {
  readonly runId: number;
  readonly method: string;
  readonly backbone: string;
  readonly totalEpochs: number;
  readonly stepsPerEpoch: number;
  readonly stepOnDevice: StepOnDevice;
  readonly trainImages: readonly ImageId[];
  readonly validationImages: readonly ImageId[];
  readonly classes: readonly string[];
  readonly trainableParameters: number;
  readonly totalParameters: number;
  /** Size of the adapter file this run will leave, in bytes. */
  readonly adapterBytes: number;
  /** Share of additional work that the method leaves for every prediction; 0 where it folds away. */
  readonly extraCost: number;
  /** Empty where the method has no scales. */
  readonly scaleSites: readonly ScaleSite[];
}

export interface StepRecord {
  /** From 1. */
  readonly step: number;
  readonly loss: number;
  /** Share of the batch classified rightly, in [0, 1]. */
  readonly accuracy: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
}

export type EvaluationMode = 'both' | 'neuron' | 'synapse' | 'head';
export type ModeAccuracies = Readonly<Record<EvaluationMode, number>>;

export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Last step of the epoch. */
  readonly step: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly seconds: number;
  readonly best: boolean;
  /** Measured only where the run asked to compare modes every epoch. */
  readonly modes: ModeAccuracies | null;
}

export interface Evaluation {
  readonly mode: EvaluationMode;
  readonly strength: number;
  readonly images: readonly ImageId[];
  /** True class index of each image. */
  readonly labels: Int32Array;
  /** [images, classes], row after row. */
  readonly probabilities: Float32Array;
  readonly loss: number;
  readonly accuracy: number;
  /** [true class][predicted class] → images: for a run that came without the images that judged it. */
  readonly confusion?: readonly (readonly number[])[];
}

export type RunEnd = 'completed' | 'stopped' | 'early-stopped';

export interface RunResult {
  readonly runId: number;
  readonly end: RunEnd;
  readonly bestEpoch: number;
  readonly bestValidationAccuracy: number;
  /** Validation set under the restored best weights. */
  readonly evaluation: Evaluation;
  /** Null where the method has no scales. */
  readonly modes: ModeAccuracies | null;
  /** Wall time spent training and validating, pauses left out. */
  readonly seconds: number;
  /** Training images per second over the whole run. */
  readonly imagesPerSecond: number;
}

export type RunPhase = 'preparing' | 'training' | 'validating' | 'paused' | 'finishing';

/** What is done once, before the first step. */
export interface Preparation {
  /** Images decoded, shaders compiled, or what the frozen part of the network makes of each image. */
  readonly what: 'images' | 'shaders' | 'features';
  readonly done: number;
  readonly total: number;
}

export interface RunStatus {
  readonly runId: number;
  readonly phase: RunPhase;
  readonly step: number;
  readonly totalSteps: number;
  readonly imagesPerSecond: number;
  /** Null until it can be told. */
  readonly secondsLeft: number | null;
  readonly deviceBytes: number;
  /** Null before and after it. */
  readonly preparation: Preparation | null;
}

/** Where a run that was interrupted goes on. */
export interface RunPlace {
  readonly runId: number;
  /** The epoch under way, from 1; one beyond the last where all are behind. */
  readonly epoch: number;
  /** Steps behind. */
  readonly step: number;
}

/** A run that goes on, with what it had told before. */
export interface ContinuedRun {
  readonly start: RunStart;
  readonly steps: readonly StepRecord[];
  readonly epochs: readonly EpochRecord[];
  readonly frames: readonly ScaleFrame[];
}

export interface Prediction {
  readonly classes: readonly string[];
  readonly logits: Float32Array;
  readonly probabilities: Float32Array;
}

/** A trained model that stands ready: from a run of this page or from an imported adapter. */
export interface ReadyModel {
  readonly method: string;
  readonly backbone: BackboneInfo;
  readonly classes: readonly string[];
  readonly scaleSites: readonly ScaleSite[];
  readonly scales: Float32Array;
}

/** A finished run that came with a model. */
export interface ArrivedRun {
  readonly config: RunConfig;
  readonly start: RunStart;
  readonly steps: readonly StepRecord[];
  readonly epochs: readonly EpochRecord[];
  /** The learned scales alone, of the best epoch; empty where the method has none. */
  readonly frames: readonly ScaleFrame[];
  readonly result: RunResult;
}

/** A model that was opened from a file. */
export interface OpenedModel {
  readonly model: ReadyModel;
  /** Null where the file is an adapter alone. */
  readonly run: ArrivedRun | null;
}

/** One way to take a trained model home. */
export interface ExportFormatInfo {
  readonly name: string;
  readonly label: string;
  /** What it is for, in one sentence. */
  readonly summary: string;
  /** Where it stands in a list of formats, smallest first. */
  readonly order: number;
}

export interface ExportedFileWords {
  /** e.g. "onnx/model.onnx". */
  readonly name: string;
  readonly words: string;
}

export interface CodeSnippet {
  /** e.g. "Python, with timm". */
  readonly title: string;
  readonly language: 'python' | 'javascript' | 'html';
  readonly code: string;
}

/** A format with what it holds of one model. */
export interface ExportOffer extends ExportFormatInfo {
  /** The zip's name. */
  readonly fileName: string;
  /** It takes long to write and much room. */
  readonly large: boolean;
  readonly contents: readonly ExportedFileWords[];
  readonly snippets: readonly CodeSnippet[];
}

/** How far the logits of a written file, opened again, are from the page's own. */
export interface FileTest {
  readonly name: string;
  /** Largest |Δlogit| over all images and classes. */
  readonly largestDifference: number;
  readonly tolerance: number;
  /** Images for which both name the same class. */
  readonly sameClass: number;
}

export interface SelfTest {
  /** How many images were asked. */
  readonly images: number;
  /** Whose they are: the person's, or drawn because there are none. */
  readonly source: 'own' | 'drawn';
  readonly files: readonly FileTest[];
}

export interface ExportedFile {
  readonly name: string;
  readonly file: Blob;
  readonly selfTest: SelfTest;
}

// ---------------------------------------------------------------- goldens

export interface GoldenFiles {
  readonly manifest: Blob;
  /** File name in the golden's folder → its bytes. */
  readonly tensors: Readonly<Record<string, Blob>>;
  /** Narrow to these methods; null means all the manifest names. */
  readonly methods: readonly string[] | null;
}

export interface GoldenMethodReport {
  readonly name: string;
  /** Largest absolute error of the first logits. */
  readonly logits: number;
  /** Largest relative error (norm of the difference over the norm) of a gradient tensor. */
  readonly grad0: number;
  readonly losses: number;
  readonly final: number;
  readonly pass: boolean;
  /** Why the method could not be run; null where it could. */
  readonly problem: string | null;
}

export interface GoldenReport {
  readonly name: string;
  readonly backend: BackendName;
  readonly methods: readonly GoldenMethodReport[];
}

export interface StepsPlan {
  readonly method: string;
  readonly methodOptions: FormValues;
  /** Images a step. */
  readonly batch: number;
  readonly steps: number;
  /** Blocks are computed a second time instead of being remembered. */
  readonly recomputes?: boolean;
  /** Frozen weights in half precision. */
  readonly halves?: boolean;
  /** Products in half precision, where the device has matrix units. */
  readonly mixed?: boolean;
}

export interface StepsMeasured {
  /** Milliseconds of the very first step, which compiles. */
  readonly firstStepMs: number;
  /** Milliseconds of each step, the device waited for. */
  readonly stepMs: readonly number[];
  /** Milliseconds until the step was handed to the device. */
  readonly submitMs: readonly number[];
  /** Floating-point operations of one step's products and attention; 0 where they were not ours. */
  readonly flops: number;
  /** Of the fastest product that the device gave. */
  readonly bestFlopsPerSecond: number;
  /** Of one step; 0 where nothing goes through WebGPU. */
  readonly dispatches: number;
  /** Most bytes of tensors during one step; 0 where nothing goes through WebGPU. */
  readonly peakBytes: number;
}

export interface MemoryMeasured {
  /** Of TensorFlow.js, variables among them. */
  readonly tensors: number;
  /** Their bytes, with the buffers that WebGPU keeps for later. */
  readonly deviceBytes: number;
}

/** One op, forward and backward. */
export interface OpMeasured {
  readonly name: string;
  readonly shape: string;
  /** Of one run, a number for every round. */
  readonly milliseconds: readonly number[];
}

// ---------------------------------------------------------------- errors

export type ErrorCode =
  | 'bad-request'
  | 'bad-file'
  | 'bad-image'
  | 'bad-setting'
  | 'bad-dataset'
  | 'unsupported-model'
  | 'mismatch'
  | 'network'
  | 'storage'
  | 'out-of-memory'
  | 'device-lost'
  | 'not-finite'
  | 'busy'
  | 'not-ready'
  | 'cancelled'
  | 'internal';

export interface Failure {
  readonly code: ErrorCode;
  /** A sentence that states the rule and the value received. */
  readonly message: string;
}

// ---------------------------------------------------------------- commands

/** Command name → what it takes and what its reply carries. */
export interface Requests {
  /** First command: choose a device. "auto" prefers a real GPU over WebAssembly, and WebAssembly over an emulated one. */
  hello: {
    args: { version: number; backend: BackendName | 'auto'; kernels?: KernelChoice };
    result: { device: DeviceInfo; catalog: Catalog };
  };

  /**
   * Keeps images and runs in the project's folder from now on. What is named is taken over, and
   * whatever else lies there is cleared away; new images and runs are numbered from the next ones.
   */
  'project.open': {
    args: {
      project: string;
      images: readonly KeptImage[];
      runs: readonly number[];
      /** The run that was under way; null where none was. */
      unfinished: number | null;
      nextImage: ImageId;
      nextRun: number;
    };
    result: {
      missingImages: readonly ImageId[];
      missingRuns: readonly number[];
      /** Where the unfinished run can go on; null where it cannot. */
      place: RunPlace | null;
    };
  };

  'images.import': {
    args: { items: readonly ImportItem[]; className: string | null };
    result: ImportSummary;
  };
  'images.demo': {
    args: { demo: string; seed: number; imagesPerClass: number };
    result: ImportSummary;
  };
  'images.release': { args: { ids: readonly ImageId[] }; result: null };
  /** The image's own file, for looking at it in full. */
  'images.open': { args: { imageId: ImageId }; result: Blob };

  'backbone.load': { args: { source: BackboneSource }; result: BackboneInfo };

  /**
   * A finished run is the open one and is kept for `run.open`; of a trial nothing is kept, and
   * what was open stays so.
   */
  'run.start': { args: { config: RunConfig; trial?: boolean }; result: RunStart };
  /**
   * Goes on with a run that was interrupted, from its last checkpoint. `backbone` is what it
   * stands on, opened where another one is loaded.
   */
  'run.continue': {
    args: {
      runId: number;
      backbone?: BackboneSource;
      /** How often the memory that its steps take is halved, where the device had too little. */
      halvings?: number;
    };
    result: ContinuedRun;
  };
  /** Keeps where the run under way is, at its next step. */
  'run.checkpoint': { args: object; result: null };
  /** Breaks something, for developers: loses the graphics device, or makes a batch no number. */
  chaos: { args: { what: 'lose-device' | 'poison-batch' }; result: null };
  /** Gives up what a run that was interrupted, or is finished, could go on from. */
  'run.discard': { args: { runId: number }; result: null };
  'run.pause': { args: object; result: null };
  'run.resume': { args: object; result: null };
  'run.stop': { args: object; result: null };
  /**
   * Makes a finished run the one that predicts, is judged and is exported. `backbone` is what it
   * stands on, opened where an earlier session's run is on another than the present one.
   */
  'run.open': { args: { runId: number; backbone?: BackboneSource }; result: null };
  /** Frees what is kept of a finished run; if it was open, none is. */
  'run.forget': { args: { runId: number }; result: null };
  /** Evaluates the open run's validation set; `epoch` null means the restored best weights. */
  'run.evaluate': {
    args: { mode: EvaluationMode; strength: number; epoch: number | null };
    result: Evaluation;
  };

  predict: { args: { image: Blob | ImageBitmap }; result: Prediction };
  /** The formats in which the trained model can be taken home. */
  'model.formats': { args: object; result: readonly ExportOffer[] };
  /**
   * A zip in one of the formats. Every file of weights in it is opened again and asked about up to
   * 16 of these images first; where its answers are too far off, the export fails.
   */
  'model.export': {
    args: { format: string; images: readonly ImageId[] };
    result: ExportedFile;
  };
  /**
   * Takes `adapter.safetensors`, with the run's own files `beside` it where they are at hand, or an
   * exported zip. The backbone it names is opened from its place in `sources`, by hash, or from
   * where the run had it. If that fails, everything stays as it was.
   */
  'model.import': {
    args: {
      file: Blob;
      name: string;
      beside?: readonly { readonly name: string; readonly file: Blob }[];
      sources?: Readonly<Record<string, BackboneSource>>;
    };
    result: OpenedModel;
  };

  /** Times training steps on the loaded backbone, images made of noise; trains nothing that stays. */
  'steps.measure': {
    args: StepsPlan;
    result: StepsMeasured;
  };

  /** Times single ops, there and back. */
  'ops.measure': { args: { rounds: number }; result: readonly OpMeasured[] };

  /** What the worker holds at this moment. */
  'memory.measure': { args: object; result: MemoryMeasured };

  'goldens.check': { args: { files: GoldenFiles }; result: GoldenReport };
  /** Stops the import, load or other long request that has this id; it then fails with "cancelled". */
  cancel: { args: { target: number }; result: null };
}

export type RequestName = keyof Requests;

export type Command = {
  [K in RequestName]: { readonly type: K; readonly id: number } & Readonly<Requests[K]['args']>;
}[RequestName];

// ---------------------------------------------------------------- events

export type Event =
  | {
      readonly type: 'reply';
      readonly id: number;
      readonly result: Requests[RequestName]['result'];
    }
  | { readonly type: 'error'; readonly id: number; readonly error: Failure }
  /** Progress of the request with this id; `total` 0 means not known. */
  | {
      readonly type: 'progress';
      readonly id: number;
      readonly done: number;
      readonly total: number;
      readonly unit: 'images' | 'bytes';
      readonly note: string;
    }
  | { readonly type: 'images.added'; readonly images: readonly ImageInfo[] }
  | { readonly type: 'run.status'; readonly status: RunStatus }
  | { readonly type: 'run.steps'; readonly runId: number; readonly steps: readonly StepRecord[] }
  | { readonly type: 'run.epoch'; readonly runId: number; readonly epoch: EpochRecord }
  | { readonly type: 'run.scales'; readonly runId: number; readonly frame: ScaleFrame }
  | { readonly type: 'run.finished'; readonly result: RunResult }
  /** These runs had to make room for a newer one: they cannot be opened any more. */
  | { readonly type: 'runs.dropped'; readonly runIds: readonly number[] }
  /** Something could not be kept; what was kept before is as it was. */
  | { readonly type: 'project.problem'; readonly error: Failure }
  /** `place` is where it could go on; null where it could not. */
  | {
      readonly type: 'run.failed';
      readonly runId: number;
      readonly error: Failure;
      readonly place: RunPlace | null;
    }
  | { readonly type: 'device.lost'; readonly error: Failure }
  /** The worker has begun. It holds the lock of this name for as long as it lives. */
  | { readonly type: 'worker.alive'; readonly lock: string };
