import type { ModelFacts } from '../contract.ts';
import { canvasInJavaScript } from './canvas.ts';

/** JavaScript that asks a graph model in a browser, with TensorFlow.js and a canvas. */
export function tensorFlowInJavaScript(
  { backbone: { preprocessing } }: ModelFacts,
  file: string,
): string {
  const { mean, std } = preprocessing;
  return `import * as tf from '@tensorflow/tfjs';

const model = await tf.loadGraphModel('${file}'); // its address, with the shards beside it
const { classes } = model.metadata;

${canvasInJavaScript(preprocessing)}

const logits = tf.tidy(() => {
  const colours = tf.browser.fromPixels(context.canvas).div(255); // red, green, blue
  const normalised = colours.sub([${mean.join(', ')}]).div([${std.join(', ')}]);
  return model.predict(normalised.expandDims()).squeeze(); // one image; it takes many at once
});

const probabilities = await logits.softmax().data();
console.table(classes.map((name, i) => ({ name, probability: probabilities[i] })));`;
}
