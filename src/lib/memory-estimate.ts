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

/** Some browsers name no more than this, however much there is. */
const LARGE_SYSTEM = 8 * GB;
/** What a page on a large system is assumed to get at most. */
const LARGE_SHARE = 16 * GB;
/** With fewer images at a time training is hardly worth its while. */
const SMALLEST_BATCH = 2;

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
  /** A smaller batch that fits where this one may not, and its bytes; null where none helps or is needed. */
  readonly better: { readonly batch: number; readonly needed: number } | null;
}

/** Whether a training of `batch` images at a time is likely to fit; an estimate on both sides. */
export function estimateFit(network: NetworkSize, device: DeviceLimits, batch: number): Fit {
  const { comfortable, most } = memoryOf(device);
  const fits = (images: number, limit: number) =>
    bytesFor(network, images, FROZEN) <= limit &&
    largestTensor(network, images) <= device.memory.largestTensor;
  const halved = (limit: number): Fit['better'] => {
    let images = Math.floor(batch / 2);
    while (images >= SMALLEST_BATCH && !fits(images, limit)) images = Math.floor(images / 2);
    if (images < SMALLEST_BATCH) return null;
    return { batch: images, needed: bytesFor(network, images, FROZEN) };
  };
  const amounts = {
    needed: bytesFor(network, batch, FROZEN),
    neededFully: bytesFor(network, batch, FULL),
    comfortable,
    most,
  };
  if (fits(batch, comfortable)) return { state: 'fits', ...amounts, better: null };
  const fitsAtMost = fits(batch, most);
  const better = halved(comfortable) ?? (fitsAtMost ? null : halved(most));
  return { state: fitsAtMost || better ? 'tight' : 'too-large', ...amounts, better };
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
 * No browser tells how much a graphics card has. A page is assumed to get half of a small
 * computer's memory and 16 GB on a large one, a quarter of that without trouble; WebAssembly's own
 * limit goes before both, and half of it is used without trouble. A browser that tells nothing
 * counts as a computer of 8 GB that shares its memory with the graphics.
 */
export function memoryOf({ memory }: DeviceLimits): { comfortable: number; most: number } {
  const { system } = memory;
  const isLarge = system !== null && system >= LARGE_SYSTEM;
  const given = isLarge ? LARGE_SHARE : (system ?? LARGE_SYSTEM) / 2;
  if (memory.allTensors === null) return { comfortable: given / 4, most: given };
  const most = Math.min(given, memory.allTensors);
  return { comfortable: most / 2, most };
}
