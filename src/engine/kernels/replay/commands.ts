/** What is written into command encoders, so that it can be written again. */

export type Command = (encoder: Encoder) => void;

/** A command encoder whose pass is open only while dispatches come. */
export class Encoder {
  readonly #device: GPUDevice;
  #encoder: GPUCommandEncoder;
  #pass: GPUComputePassEncoder | null = null;
  #dispatches = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#encoder = device.createCommandEncoder();
  }

  get pass(): GPUComputePassEncoder {
    return (this.#pass ??= this.#encoder.beginComputePass());
  }

  get outside(): GPUCommandEncoder {
    this.#pass?.end();
    this.#pass = null;
    return this.#encoder;
  }

  /** Submits now and then: the device starts early, and no submission takes it too long. */
  countDispatch(): void {
    if (++this.#dispatches % 32 !== 0) return;
    this.submit();
    this.#encoder = this.#device.createCommandEncoder();
  }

  submit(): void {
    this.#device.queue.submit([this.outside.finish()]);
  }
}

/** Runs `body`, whose commands are handed to the device as ever, and gives them back. */
export function commandsOf(body: () => void): Command[] {
  const commands: Command[] = [];
  const restore = [watchPasses(commands), watchCopies(commands)];
  try {
    body();
  } finally {
    for (const undo of restore) undo();
  }
  return commands;
}

function watchPasses(commands: Command[]): () => void {
  const passes = GPUComputePassEncoder.prototype;
  const { setPipeline, setBindGroup, dispatchWorkgroups } = passes;
  let pipeline: GPUComputePipeline | undefined;
  let group: GPUBindGroup | null | undefined;
  passes.setPipeline = function (this: GPUComputePassEncoder, next) {
    pipeline = next;
    setPipeline.call(this, next);
  };
  const watchGroup = function (
    this: GPUComputePassEncoder,
    index: number,
    next: GPUBindGroup | null,
  ): undefined {
    if (index !== 0) throw new Error('A recorded step binds one group to a dispatch.');
    group = next;
    Reflect.apply(setBindGroup, this, [index, next]);
  };
  Object.assign(passes, { setBindGroup: watchGroup });
  const watchDispatch = function (
    this: GPUComputePassEncoder,
    ...workgroups: unknown[]
  ): undefined {
    const [bound, used] = [group, pipeline];
    if (bound && used) {
      commands.push((encoder) => {
        const { pass } = encoder;
        pass.setPipeline(used);
        pass.setBindGroup(0, bound);
        Reflect.apply(dispatchWorkgroups, pass, workgroups);
        encoder.countDispatch();
      });
    }
    Reflect.apply(dispatchWorkgroups, this, workgroups);
  };
  Object.assign(passes, { dispatchWorkgroups: watchDispatch });
  return () => {
    Object.assign(passes, { setPipeline, setBindGroup, dispatchWorkgroups });
  };
}

function watchCopies(commands: Command[]): () => void {
  const encoders = GPUCommandEncoder.prototype;
  const { copyBufferToBuffer } = encoders;
  const watch = function (this: GPUCommandEncoder, ...copy: unknown[]): undefined {
    commands.push((encoder) => {
      Reflect.apply(copyBufferToBuffer, encoder.outside, copy);
    });
    Reflect.apply(copyBufferToBuffer, this, copy);
  };
  Object.assign(encoders, { copyBufferToBuffer: watch });
  return () => {
    Object.assign(encoders, { copyBufferToBuffer });
  };
}
