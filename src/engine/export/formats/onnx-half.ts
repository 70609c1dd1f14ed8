import { onnxFolder } from '../parts/onnx-folder.ts';

export const format = onnxFolder(
  {
    name: 'onnx_half',
    label: 'ONNX, half the size',
    summary: 'The same with weights of half the precision: half as large to send, as fast to run.',
    order: 3,
  },
  'float16',
  'The whole model. Its weights are kept in half precision (float16) and computed with in single precision.',
);
