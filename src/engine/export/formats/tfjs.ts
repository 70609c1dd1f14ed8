import { tensorFlowFolder } from '../parts/tensorflow-folder.ts';

export const format = tensorFlowFolder(
  {
    name: 'tfjs',
    label: 'TensorFlow.js',
    summary:
      'For web pages that use TensorFlow.js: a graph model, as its own converter would write it.',
    order: 5,
  },
  'float32',
  'The weights, in files of about 4 MB that browsers keep; they lie beside model.json.',
);
