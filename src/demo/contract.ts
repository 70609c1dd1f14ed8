import type { Preprocessing } from '../protocol.ts';

/** What the files beside an exported page leave for it: a page opened from a folder may fetch nothing. */
export interface DemoData {
  readonly classes: readonly string[];
  readonly preprocessing: Preprocessing;
  /** The ONNX file, in base64. */
  readonly model: string;
  /** ONNX Runtime's WebAssembly, compressed with gzip, in base64. */
  readonly runtime: string;
}

declare global {
  interface Window {
    sanModel: Omit<DemoData, 'runtime'>;
    sanRuntime: string;
  }
}
