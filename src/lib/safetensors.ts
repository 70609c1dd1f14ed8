/** A named set of float tensors; shapes are PyTorch's, data is row-major. */
export interface TensorData {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type StateDict = ReadonlyMap<string, TensorData>;
