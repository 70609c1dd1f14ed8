import type { Value } from '../../../autograd.ts';
import { attention } from '../../../ops/attention.ts';
import type { Graph } from '../graph.ts';
import { lowering } from './contract.ts';

export const lowerings = [
  lowering(attention, (graph, output, qkv, heads, bias) => {
    const [, tokens = 0, channels = 0] = qkv.shape;
    const width = channels / 3 / heads;
    const [q = '', k = '', v = ''] = graph
      .split(graph.name(qkv), 2, 3)
      .map((part) => graph.reshape(part, [-1, tokens, heads, width]));
    const queries = graph.transpose(q, [0, 2, 1, 3]); // [B, H, N, d]
    const keys = graph.transpose(k, [0, 2, 3, 1]); // [B, H, d, N]
    const scale = graph.scalar(1 / Math.sqrt(width));
    const scores = graph.product(graph.multiply(queries, scale), keys);
    const biased = bias ? addBias(graph, scores, bias) : scores;
    const attended = graph.product(graph.softmax(biased), graph.transpose(v, [0, 2, 1, 3]));
    const joined = graph.transpose(attended, [0, 2, 1, 3]); // [B, N, H, d]
    graph.set(output, graph.reshape(joined, [-1, tokens, heads * width]));
  }),
];

/** bias [W, H, N, N] to scores [B·W, H, N, N]. */
function addBias(graph: Graph, scores: string, bias: Value): string {
  const { shape } = bias;
  const [windows = 1, ...each] = shape;
  if (windows === 1) return graph.add(scores, graph.name(bias));
  const grouped = graph.reshape(scores, [-1, ...shape]);
  return graph.reshape(graph.add(grouped, graph.name(bias)), [-1, ...each]);
}
