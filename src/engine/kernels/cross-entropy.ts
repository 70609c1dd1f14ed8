/** Softmax, cross entropy, its gradient and the hits of a batch in one dispatch of one workgroup. */
import type * as tf from '@tensorflow/tfjs';
import { acceleratedWebgpu } from './acceleration.ts';
import { launch } from './launch.ts';

const WORKGROUP = 64;

export interface Judged {
  /** Σ weight · cross entropy / B, a scalar. */
  readonly loss: tf.Tensor;
  /** Σ of the weights of rows whose largest logit is where their largest target is, over B, a scalar. */
  readonly hits: tf.Tensor;
  /** ∂loss/∂logits, [B, K]. */
  readonly gradient: tf.Tensor;
}

/** Logits and targets [B, K], weights [B]; null where the backend does not run our kernels. */
export function crossEntropyKernel(
  logits: tf.Tensor,
  targets: tf.Tensor,
  weights: tf.Tensor,
): Judged | null {
  const backend = acceleratedWebgpu();
  const [rows = 0, classes = 0] = logits.shape;
  if (!backend) return null;
  return launch(backend, {
    name: 'cross entropy',
    inputs: { logits, targets, weights },
    outputs: { loss: [], hits: [], gradient: [rows, classes] },
    scalars: ['logits', 'targets', 'weights', 'loss', 'hits', 'gradient'],
    sizes: { rows, classes },
    workgroups: [1, 1, 1],
    code: () => /* wgsl */ `
      var<workgroup> losses : array<f32, ${WORKGROUP}>;
      var<workgroup> hitsOf : array<f32, ${WORKGROUP}>;
      @compute @workgroup_size(${WORKGROUP})
      fn main(@builtin(local_invocation_index) local : u32) {
        let share = 1.0 / f32(sizes.rows);
        var lossSum = 0.0;
        var hitSum = 0.0;
        for (var row = i32(local); row < sizes.rows; row += ${WORKGROUP}) {
          let start = row * sizes.classes;
          var best = 0;
          var wanted = 0;
          for (var k = 1; k < sizes.classes; k++) {
            if (logits[start + k] > logits[start + best]) { best = k; }
            if (targets[start + k] > targets[start + wanted]) { wanted = k; }
          }
          var sum = 0.0;
          for (var k = 0; k < sizes.classes; k++) { sum += exp(logits[start + k] - logits[start + best]); }
          let logSum = logits[start + best] + log(sum);
          for (var k = 0; k < sizes.classes; k++) {
            let logProbability = logits[start + k] - logSum;
            lossSum -= targets[start + k] * logProbability * weights[row] * share;
            gradient[start + k] = (exp(logProbability) - targets[start + k]) * weights[row] * share;
          }
          if (best == wanted) { hitSum += weights[row] * share; }
        }
        losses[local] = lossSum;
        hitsOf[local] = hitSum;
        workgroupBarrier();
        if (local != 0u) { return; }
        for (var i = 1u; i < ${WORKGROUP}u; i++) {
          lossSum += losses[i];
          hitSum += hitsOf[i];
        }
        loss[0] = lossSum;
        hits[0] = hitSum;
      }
    `,
  });
}
