/** The settings every method shares: their form, and their parsed shape. */
import type { Field, FieldValue, FormValues, MethodInfo } from '../../protocol.ts';
import type { AugmentStrength } from '../data/augment.ts';
import { EngineError } from '../errors.ts';
import { parseForm } from '../form.ts';

export interface TrainingSettings {
  readonly epochs: number;
  readonly batchSize: number;
  /** Batches whose gradients are averaged into one step. */
  readonly accumulation: number;
  readonly learningRate: number;
  /** Share of the steps over which the rate rises to its full value. */
  readonly warmup: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  readonly augmentation: AugmentStrength;
  readonly validationShare: number;
  readonly seed: number;
  /** Epochs without improvement before the run ends by itself; 0 never ends it. */
  readonly patience: number;
  readonly compareModes: boolean;
  readonly memory: MemoryUse;
  readonly frozenWeights: FrozenWeights;
  /** Mixed: see `StepWay`. */
  readonly products: 'single' | 'mixed';
}

/** How precise the weights are that a run leaves as they are. */
export type FrozenWeights = 'auto' | 'single' | 'half';

/** Whether a step's intermediate results are kept for its backward pass or computed once more. */
export type MemoryUse = 'auto' | 'keep' | 'recompute';

type NumberOptions = Partial<{
  integer: boolean;
  scale: 'linear' | 'log';
  unit: string;
  advanced: boolean;
}>;

function numberField(
  name: string,
  label: string,
  help: string,
  [initial, min, max]: readonly [number, number, number],
  { integer = false, scale = 'linear', unit, advanced = true }: NumberOptions = {},
): Field {
  const range = { default: initial, min, max, integer, scale, unit: unit ?? null };
  return { kind: 'number', name, label, help, advanced, ...range };
}

const TRAINING_FIELDS: readonly Field[] = [
  numberField(
    'epochs',
    'Epochs',
    'How often training goes through all images. More is slower and, past a point, no better.',
    [10, 1, 1000],
    { integer: true, advanced: false },
  ),
  numberField(
    'learningRate',
    'Learning rate',
    'How large each learning step is. Too small learns nothing, too large forgets everything.',
    [0.005, 1e-6, 1],
    { scale: 'log', advanced: false },
  ),
  numberField(
    'batchSize',
    'Batch size',
    'Images looked at together before a learning step. Larger is steadier and needs more memory.',
    [16, 1, 512],
    { integer: true, scale: 'log', unit: 'images' },
  ),
  numberField(
    'accumulation',
    'Gradient accumulation',
    'Batches averaged into one learning step: a larger batch for the same memory.',
    [1, 1, 64],
    { integer: true, unit: 'batches' },
  ),
  numberField(
    'warmup',
    'Warm-up',
    'Share of the training over which the learning rate rises from a tenth to its full value.',
    [0.1, 0, 0.9],
  ),
  numberField(
    'weightDecay',
    'Weight decay',
    'Pulls learned values towards zero at every step; a little guards against learning by heart.',
    [0.01, 0, 1],
  ),
  numberField(
    'labelSmoothing',
    'Label smoothing',
    'How much of the certainty is taken from every label; helps where some labels are wrong.',
    [0.1, 0, 0.9],
  ),
  {
    kind: 'choice',
    name: 'augmentation',
    label: 'Augmentation',
    help: 'Shows every image a little differently each time, so that few images teach more.',
    advanced: true,
    default: 'light',
    options: [
      { value: 'off', label: 'Off', help: 'Images stay exactly as they are.' },
      {
        value: 'light',
        label: 'Light',
        help: 'Small crops, left-right flips, slight colour changes.',
      },
      { value: 'strong', label: 'Strong', help: 'Tight crops, flips, marked colour changes.' },
    ],
  },
  numberField(
    'validationShare',
    'Validation share',
    'Share of every class kept aside to measure on and never trained on.',
    [0.2, 0.05, 0.5],
  ),
  numberField(
    'seed',
    'Seed',
    'Start of all random choices: the same seed on the same device gives the same run.',
    [1, 0, 2 ** 31 - 1],
    { integer: true },
  ),
  numberField(
    'patience',
    'Early stopping',
    'Ends the run after this many epochs without a better result; 0 never does.',
    [0, 0, 100],
    { integer: true, unit: 'epochs' },
  ),
  {
    kind: 'switch',
    name: 'compareModes',
    label: 'Compare the four modes every epoch',
    help: 'Measures after every epoch what the scales do as neurons, as synapses and together. Slower.',
    advanced: true,
    default: false,
  },
  {
    kind: 'choice',
    name: 'memory',
    label: 'Memory',
    help: 'What happens to a step’s intermediate results. The result of training is the same.',
    advanced: true,
    default: 'auto',
    options: [
      {
        value: 'auto',
        label: 'Automatic',
        help: 'As fast as this device’s memory allows; fewer images at a time where a batch would not fit.',
      },
      { value: 'keep', label: 'Fast', help: 'Intermediate results are kept until they are used.' },
      {
        value: 'recompute',
        label: 'Sparing',
        help: 'Blocks are computed a second time instead of being remembered: a fraction of the memory, about a third slower.',
      },
    ],
  },
  {
    kind: 'choice',
    name: 'frozenWeights',
    label: 'Frozen weights',
    help: 'How precisely the graphics chip holds the weights that training leaves as they are. What you export has them in full.',
    advanced: true,
    default: 'auto',
    options: [
      {
        value: 'auto',
        label: 'Automatic',
        help: 'In half precision where the backbone has more than 50 million weights.',
      },
      { value: 'single', label: 'Full precision', help: '32 bits each.' },
      {
        value: 'half',
        label: 'Half precision',
        help: '16 bits each: half the memory. Answers change in the third digit, if at all.',
      },
    ],
  },
  {
    kind: 'choice',
    name: 'products',
    label: 'Products',
    help: 'How precisely the graphics chip multiplies while it trains; sums, results and what you export are in full precision either way.',
    advanced: true,
    default: 'single',
    options: [
      { value: 'single', label: 'Full precision', help: '32 bits each.' },
      {
        value: 'mixed',
        label: 'Half precision',
        help: '16 bits each, by the chip’s matrix units where the browser lets a page use them: faster for large backbones. Gradients change in the third digit.',
      },
    ],
  },
];

/** The fields of which a device makes something. */
export const trainingFields = (halvesProducts: boolean): readonly Field[] =>
  TRAINING_FIELDS.filter(({ name }) => name !== 'products' || halvesProducts);

/**
 * Checks the person's values and fills in the method's own defaults, then the fields'.
 * @throws EngineError "bad-setting" with the rule and the value received.
 */
export function parseTraining(method: MethodInfo, values: FormValues): TrainingSettings {
  const form = parseForm(TRAINING_FIELDS, { ...method.trainingDefaults, ...values });
  const number = (name: string): number => Number(form[name]);
  return {
    epochs: number('epochs'),
    batchSize: number('batchSize'),
    accumulation: number('accumulation'),
    learningRate: number('learningRate'),
    warmup: number('warmup'),
    weightDecay: number('weightDecay'),
    labelSmoothing: number('labelSmoothing'),
    augmentation: oneOf('Augmentation', ['off', 'light', 'strong'], form['augmentation']),
    validationShare: number('validationShare'),
    seed: number('seed'),
    patience: number('patience'),
    compareModes: form['compareModes'] === true,
    memory: oneOf('Memory', ['auto', 'keep', 'recompute'], form['memory']),
    products: oneOf('Products', ['single', 'mixed'], form['products']),
    frozenWeights: oneOf('Frozen weights', ['auto', 'single', 'half'], form['frozenWeights']),
  };
}

/** Parameters from which on half of a backbone's bytes are worth more than its last digits. */
const LARGE = 50e6;

/** Whether a backbone of so many parameters is held in half precision. */
export function holdsHalves({ frozenWeights }: TrainingSettings, parameters: number): boolean {
  return frozenWeights === 'auto' ? parameters > LARGE : frozenWeights === 'half';
}

/** @throws EngineError "bad-setting" for every other word. */
function oneOf<T extends string>(
  label: string,
  words: readonly T[],
  value: FieldValue | undefined,
): T {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const rule = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  throw new EngineError('bad-setting', `${label} must be ${rule}; got ${String(value)}.`);
}
