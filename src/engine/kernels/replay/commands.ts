/** What is written into command encoders, so that it can be written again. */

interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

interface Copy {
  /** Arguments of `copyBufferToBuffer`. */
  readonly copy: readonly unknown[];
}

export type Command = Dispatch | Copy;

/** The device starts early, and no submission takes it too long. */
const DISPATCHES_A_SUBMISSION = 32;

/** Hands all commands to the device. */
export function submitCommands(device: GPUDevice, commands: readonly Command[]): void {
  let encoder = device.createCommandEncoder();
  let pass: GPUComputePassEncoder | null = null;
  let pipeline: GPUComputePipeline | null = null;
  let dispatches = 0;
  const endPass = (): void => {
    pass?.end();
    pass = null;
    pipeline = null;
  };
  const submit = (): void => {
    endPass();
    device.queue.submit([encoder.finish()]);
    dispatches = 0;
  };
  for (const command of commands) {
    if ('copy' in command) {
      endPass();
      Reflect.apply(encoder.copyBufferToBuffer, encoder, command.copy);
      continue;
    }
    pass ??= encoder.beginComputePass();
    if (command.pipeline !== pipeline) pass.setPipeline((pipeline = command.pipeline));
    pass.setBindGroup(0, command.group);
    pass.dispatchWorkgroups(...command.workgroups);
    if (++dispatches < DISPATCHES_A_SUBMISSION) continue;
    submit();
    encoder = device.createCommandEncoder();
  }
  submit();
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
  Object.assign(passes, {
    setPipeline(this: GPUComputePassEncoder, next: GPUComputePipeline): void {
      pipeline = next;
      setPipeline.call(this, next);
    },
    setBindGroup(this: GPUComputePassEncoder, index: number, next: GPUBindGroup | null): void {
      if (index !== 0) throw new Error('A recorded step binds one group to a dispatch.');
      group = next;
      Reflect.apply(setBindGroup, this, [index, next]);
    },
    dispatchWorkgroups(this: GPUComputePassEncoder, x: number, y = 1, z = 1): void {
      if (pipeline && group) commands.push({ pipeline, group, workgroups: [x, y, z] });
      dispatchWorkgroups.call(this, x, y, z);
    },
  });
  return () => {
    Object.assign(passes, { setPipeline, setBindGroup, dispatchWorkgroups });
  };
}

function watchCopies(commands: Command[]): () => void {
  const encoders = GPUCommandEncoder.prototype;
  const { copyBufferToBuffer } = encoders;
  Object.assign(encoders, {
    copyBufferToBuffer(this: GPUCommandEncoder, ...copy: unknown[]): void {
      commands.push({ copy });
      Reflect.apply(copyBufferToBuffer, this, copy);
    },
  });
  return () => {
    Object.assign(encoders, { copyBufferToBuffer });
  };
}
