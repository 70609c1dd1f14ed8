import type { ExportedFile, ExportOffer } from '../protocol.ts';

/** Two formats, as a worker would offer them. */
export const fakeOffers: readonly ExportOffer[] = [
  {
    name: 'studio',
    label: 'SAN Studio and timm',
    summary: 'The adapter, to go on here, and the whole model for Python.',
    order: 1,
    fileName: 'san-model-studio.zip',
    large: false,
    contents: [{ name: 'adapter.safetensors', words: 'What was learned, alone and small.' }],
    snippets: [{ title: 'Python, with timm', language: 'python', code: 'import timm' }],
  },
  {
    name: 'onnx',
    label: 'ONNX',
    summary: 'One file that runs in most languages.',
    order: 2,
    fileName: 'san-model-onnx.zip',
    large: false,
    contents: [{ name: 'model.onnx', words: 'The whole model.' }],
    snippets: [
      { title: 'Python, with ONNX Runtime', language: 'python', code: 'import onnxruntime' },
      { title: 'JavaScript, with ONNX Runtime Web', language: 'javascript', code: 'const a = 1;' },
    ],
  },
];

export function fakeExport(format: string, images: number): ExportedFile {
  const name = format === 'onnx' ? 'model.onnx' : 'adapter.safetensors';
  const test = { name, largestDifference: 2.4e-6, tolerance: 1e-3, sameClass: images };
  return {
    name: `san-model-${format}.zip`,
    file: new Blob(['zip']),
    selfTest: { images, source: 'own', files: [test] },
  };
}
