import type { ModelFacts } from '../contract.ts';
import { canvasInJavaScript } from './canvas.ts';

/** JavaScript that asks a file of ONNX in a browser, with ONNX Runtime Web and a canvas. */
export function onnxInJavaScript(
  { backbone: { preprocessing }, classes }: ModelFacts,
  file: string,
): string {
  const { size, mean, std } = preprocessing;
  return `import * as ort from 'onnxruntime-web';

const classes = ${JSON.stringify(classes)};
const [mean, std] = [[${mean.join(', ')}], [${std.join(', ')}]];
const session = await ort.InferenceSession.create('${file}');

${canvasInJavaScript(preprocessing)}
const { data } = context.getImageData(0, 0, ${size}, ${size});

const area = ${size} * ${size};
const pixels = new Float32Array(3 * area); // channel after channel
for (let i = 0; i < area; i++) {
  for (let c = 0; c < 3; c++) pixels[c * area + i] = (data[4 * i + c] / 255 - mean[c]) / std[c];
}
const input = new ort.Tensor('float32', pixels, [1, 3, ${size}, ${size}]);
const { logits } = await session.run({ pixel_values: input });

const weights = Array.from(logits.data, (value) => Math.exp(value - Math.max(...logits.data)));
const total = weights.reduce((sum, weight) => sum + weight);
console.table(classes.map((name, i) => ({ name, probability: weights[i] / total })));`;
}
