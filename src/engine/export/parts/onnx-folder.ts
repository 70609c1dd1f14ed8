/** A folder around one file of ONNX; how its weights are kept is all that differs. */
import { SAME_NUMBERS, type ExportFormat, type Proof } from '../contract.ts';
import type { Precision } from '../graph/precision.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import { formatReadme } from '../readme.ts';
import { onnxInJavaScript } from '../snippets/onnx-javascript.ts';
import { onnxInPython } from '../snippets/onnx-python.ts';

const FILE = 'model.onnx';

/** Weights of eleven bits move every logit a little. */
const HALVED_NUMBERS = 3e-2;

export const CANVAS_RESIZING =
  'SAN Studio resizes images as Pillow does, pixel for pixel, so the lines of Python give the same answers. A browser’s canvas resizes a little otherwise: on 16 photographs the logits of a ViT-Tiny at 128 px, which spanned 3.0, were 0.07 off in the median and 0.17 at most, and all kept their class. `selftest.json` has what the answers should be.';

export function proofOf(precision: Precision, reader: Proof['reader'] = 'onnx'): Proof {
  return { reader, tolerance: precision === 'float32' ? SAME_NUMBERS : HALVED_NUMBERS };
}

export function onnxFolder(
  info: ExportFormat['info'],
  precision: Precision,
  words: string,
): ExportFormat {
  const contents: ExportFormat['contents'] = () => [{ name: FILE, words }];
  const snippets: ExportFormat['snippets'] = (facts) => [
    {
      title: 'Python, with ONNX Runtime',
      language: 'python',
      code: onnxInPython(facts, FILE),
    },
    {
      title: 'JavaScript, with ONNX Runtime Web',
      language: 'javascript',
      code: onnxInJavaScript(facts, FILE),
    },
  ];
  return {
    info,
    contents,
    snippets,
    files: async (source, folder) => [
      {
        name: 'README.md',
        input: formatReadme(source, {
          contents: contents(source),
          snippets: snippets(source, folder),
          notes: [CANVAS_RESIZING],
        }),
      },
      { name: FILE, input: writeOnnx(await source.traced(), precision), proof: proofOf(precision) },
    ],
  };
}
