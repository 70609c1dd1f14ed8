import type { ModelFacts } from '../contract.ts';
import { resizeInPython } from './python.ts';

/** Python that asks a file of ONNX, with nothing but ONNX Runtime, NumPy and Pillow. */
export function onnxInPython({ backbone: { preprocessing } }: ModelFacts, file: string): string {
  const { mean, std } = preprocessing;
  return `import json

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession("${file}")
classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])

image = ImageOps.exif_transpose(Image.open("image.jpg")).convert("RGB")
${resizeInPython(preprocessing)}

pixels = np.asarray(image, dtype=np.float32) / 255
pixels = (pixels - [${mean.join(', ')}]) / [${std.join(', ')}]
pixels = pixels.transpose(2, 0, 1)[None].astype(np.float32)  # [1, 3, height, width]

[logits] = session.run(["logits"], {"pixel_values": pixels})
probabilities = np.exp(logits[0] - logits[0].max())
probabilities /= probabilities.sum()
for probability, name in sorted(zip(probabilities, classes), reverse=True):
    print(f"{probability:7.2%}  {name}")`;
}
