/** A worker that helps with the kernels: it waits in WebAssembly for units of work, for as long as it lives. */

interface Assignment {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the block that says what there is to do. */
  readonly control: number;
  /** Number of this helper, from 1. */
  readonly thread: number;
}

addEventListener('message', ({ data }: MessageEvent<Assignment>) => {
  const { module, memory, control, thread } = data;
  void WebAssembly.instantiate(module, { env: { memory } }).then(({ exports: { help } }) => {
    if (typeof help === 'function') Reflect.apply(help, null, [control, thread]);
  });
});
