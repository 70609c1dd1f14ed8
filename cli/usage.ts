/** A call that cannot be understood: told with the usage line, exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export const usage = `Usage:
  san finetune --data DIR|demo:NAME --model NAME|FILE|OWNER/NAME [--method NAME] [--epochs N] [--batch N] [--lr X]
               [--seed N] [--set NAME=VALUE]… [--val DIR|SHARE] [--max-per-class N] [--out DIR]
               [--backend webgpu|wasm] [--json]
  san compare --data DIR|demo:NAME --model NAME|FILE|OWNER/NAME --methods A,B,… [--seeds N] [--tune] [--epochs N]
              [--batch N] [--lr X] [--seed N] [--set NAME=VALUE]… [--val DIR|SHARE] [--max-per-class N]
              [--backend webgpu|wasm] [--json]
  san predict --model FILE|EXPORT_DIR|NAME [--adapter FILE] --data DIR [--backend webgpu|wasm] [--json]
  san export --run EXPORT_DIR --format studio|onnx|onnx_half|transformers|tfjs|tfjs_half|demo --out DIR [--data DIR]
             [--model NAME|FILE|OWNER/NAME] [--backend webgpu|wasm] [--json]
  san check-goldens DIR [--methods A,B] [--backend webgpu|wasm] [--json]
`;
