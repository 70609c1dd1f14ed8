import { onnxFolder } from '../parts/onnx-folder.ts';

export const format = onnxFolder(
  {
    name: 'onnx',
    label: 'ONNX',
    summary:
      'One file that runs in most languages and on most devices, with ONNX Runtime and many others.',
    order: 2,
  },
  'float32',
  'The whole model: its input is “pixel_values”, as many images as you like, and its output “logits”.',
);
