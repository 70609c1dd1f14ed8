import { tensorFlowFolder } from '../parts/tensorflow-folder.ts';

export const format = tensorFlowFolder(
  {
    name: 'tfjs_half',
    label: 'TensorFlow.js, half the size',
    summary: 'The same with weights of half the precision: half as large to fetch, as fast to run.',
    order: 6,
  },
  'float16',
  'The weights in half precision (float16), from which TensorFlow.js makes single precision; files of about 4 MB beside model.json.',
);
