/**
 * How much memory a training takes, estimated before anything is downloaded.
 *
 *   methods that leave the weights alone:  3 · weights + batch · 5 · activations
 *   full fine-tuning:                      5 · weights + batch · 8 · activations
 *
 * `activations` counts what convolutions and linear layers put out for one image; attention scores
 * are not kept. Everything is float32. The weights are held as they came, as they are computed
 * with and as the best epoch's; full fine-tuning adds their gradients and the optimizer's two
 * means. The factors are upper ends of what was measured with both bundled networks at 8 and 16
 * images a batch, at the peak of a step: SAN kept 4.8 and 5.0 times the activations, full
 * fine-tuning 5.0 and 7.7 times, a linear probe about 2 times.
 */
const BYTES = 4;
const FROZEN = { weights: 3, activations: 5 };
const FULL = { weights: 5, activations: 8 };
const GB = 2 ** 30;

/** Browsers name no more than this, however much there is. */
const MOST_SYSTEM_TOLD = 8 * GB;

interface NetworkSize {
  readonly parameters: number;
  /** Numbers that its convolutions and linear layers put out for one image. */
  readonly activations: number;
}

interface DeviceLimits {
  readonly memory: {
    readonly largestTensor: number;
    readonly allTensors: number | null;
    readonly system: number | null;
  };
}

export interface Fit {
  readonly state: 'fits' | 'tight' | 'too-large';
  /** Estimated bytes of a training that leaves the weights alone, and of full fine-tuning. */
  readonly needed: number;
  readonly neededFully: number;
  /** Bytes this device should give without trouble, and at the very most. */
  readonly comfortable: number;
  readonly most: number;
  /** A smaller batch that should fit where this one may not; null where none helps or is needed. */
  readonly betterBatch: number | null;
}

/** Whether a training of `batch` images at a time is likely to fit; an estimate on both sides. */
export function estimateFit(network: NetworkSize, device: DeviceLimits, batch: number): Fit {
  const { comfortable, most } = memoryOf(device);
  const fits = (images: number, limit: number) =>
    bytesFor(network, images, FROZEN) <= limit &&
    largestTensor(network, images) <= device.memory.largestTensor;
  const halved = (limit: number) => {
    let images = Math.floor(batch / 2);
    while (images > 1 && !fits(images, limit)) images = Math.floor(images / 2);
    return images >= 1 && fits(images, limit) ? images : null;
  };
  const amounts = {
    needed: bytesFor(network, batch, FROZEN),
    neededFully: bytesFor(network, batch, FULL),
    comfortable,
    most,
  };
  if (fits(batch, comfortable)) return { state: 'fits', ...amounts, betterBatch: null };
  if (!fits(1, most)) return { state: 'too-large', ...amounts, betterBatch: null };
  const betterBatch = halved(comfortable) ?? (fits(batch, most) ? null : halved(most));
  return { state: 'tight', ...amounts, betterBatch };
}

/** No layer puts out more than a third of all that a network of the families here does. */
function largestTensor(network: NetworkSize, batch: number): number {
  return (batch * network.activations * BYTES) / 3;
}

function bytesFor(network: NetworkSize, batch: number, factors: typeof FROZEN): number {
  const { parameters, activations } = network;
  return BYTES * (factors.weights * parameters + batch * factors.activations * activations);
}

/**
 * No browser tells how much a graphics card has. A page is assumed to get half of a small device's
 * memory, and up to 16 GB where the browser says "8 GB or more", a quarter of that without trouble;
 * WebAssembly's own limit goes before both, and half of it is used without trouble.
 */
function memoryOf({ memory }: DeviceLimits): { comfortable: number; most: number } {
  const system = memory.system ?? MOST_SYSTEM_TOLD;
  const isCapped = memory.system !== null && system >= MOST_SYSTEM_TOLD;
  const given = isCapped ? 2 * system : system / 2;
  if (memory.allTensors === null) return { comfortable: given / 4, most: given };
  const most = Math.min(given, memory.allTensors);
  return { comfortable: most / 2, most };
}
