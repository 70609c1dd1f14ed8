/** How a step is brought through a device whose memory it might not fit. */

/** Bytes of a step: what is there whatever the batch, and what every image adds. */
export interface StepMemory {
  readonly fixed: number;
  readonly perImage: number;
}

export interface StepShape {
  /** Images that go through the network together. */
  readonly batchSize: number;
  /** Such batches whose gradients are averaged into one step. */
  readonly accumulation: number;
  /** Blocks are computed a second time instead of being remembered. */
  readonly recomputes: boolean;
}

export interface PlannedStep extends StepShape {
  /** Most bytes it is expected to take. */
  readonly bytes: number;
}

export function stepBytes({ fixed, perImage }: StepMemory, images: number): number {
  return fixed + perImage * images;
}

/**
 * The fastest way that fits: everything kept; else blocks computed again; else fewer images at a
 * time, as many steps' worth of them as before. Where not even one image fits, one is tried.
 * @param limit Bytes that the device gives without trouble.
 */
export function planStep(
  { batchSize, accumulation }: Pick<StepShape, 'batchSize' | 'accumulation'>,
  { kept, recomputed }: { readonly kept: StepMemory; readonly recomputed: StepMemory },
  limit: number,
): PlannedStep {
  const whole = { batchSize, accumulation };
  const bytes = stepBytes(kept, batchSize);
  if (bytes <= limit) return { ...whole, recomputes: false, bytes };
  let images = batchSize;
  while (images > 1 && stepBytes(recomputed, images) > limit) images = Math.ceil(images / 2);
  return {
    batchSize: images,
    accumulation: Math.round((accumulation * batchSize) / images),
    recomputes: true,
    bytes: stepBytes(recomputed, images),
  };
}
