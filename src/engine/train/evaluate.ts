import { softmax } from '../../lib/softmax.ts';
import type { Evaluation } from '../../protocol.ts';
import { countReal, evaluationBatches, type Batch } from '../data/batches.ts';
import type { Sample } from '../data/split.ts';
import type { Network } from '../network.ts';
import type { View } from '../peft/contract.ts';
import { breathe } from './control.ts';
import { predict, type Feed } from './feed.ts';

/** Brings what the network is to read of a batch. */
export type LoadEvaluationBatch = (batch: Batch) => Promise<Feed>;

export interface EvaluationPlan {
  readonly network: Network;
  readonly samples: readonly Sample[];
  readonly batchSize: number;
  readonly view: View;
  readonly load: LoadEvaluationBatch;
  /** Waits before every batch for as long as the run is paused. */
  readonly pass?: () => Promise<unknown>;
}

/** Runs the network over every sample in the order given. Loss is plain cross entropy. */
export async function evaluate(plan: EvaluationPlan): Promise<Evaluation> {
  const { samples, view } = plan;
  const logits = await allLogits(plan);
  const classes = samples.length > 0 ? logits.length / samples.length : 0;
  const probabilities = new Float32Array(logits.length);
  let loss = 0;
  let correct = 0;
  samples.forEach(({ label }, row) => {
    const scores = logits.subarray(row * classes, (row + 1) * classes);
    const distribution = softmax(scores);
    probabilities.set(distribution, row * classes);
    loss -= Math.log(Math.max(distribution[label] ?? 0, 1e-38));
    if (scores.indexOf(Math.max(...scores)) === label) correct++;
  });
  return {
    ...view,
    images: samples.map(({ image }) => image),
    labels: Int32Array.from(samples, ({ label }) => label),
    probabilities,
    loss: loss / samples.length,
    accuracy: correct / samples.length,
  };
}

async function allLogits(plan: EvaluationPlan): Promise<Float32Array> {
  const { network, samples, batchSize, view, load, pass } = plan;
  const rows: Float32Array[] = [];
  for (const batch of evaluationBatches(samples, Math.min(batchSize, samples.length))) {
    await pass?.();
    const logits = predict(network, await load(batch), view);
    const values = Float32Array.from(await logits.data()); // waits for the device
    logits.dispose();
    rows.push(values.subarray(0, (values.length / batch.images.length) * countReal(batch)));
    await breathe();
  }
  return concatenate(rows);
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
