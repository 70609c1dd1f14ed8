/** Sequences of tokens. */
import {
  addPosition,
  insertTokens,
  meanOfLast,
  patches,
  swapTokensAndChannels,
  takeToken,
} from '../../../ops/tokens.ts';
import { lowering } from './contract.ts';
import { cutPatches } from './maps.ts';

export const lowerings = [
  lowering(patches, (graph, output, images, side) => {
    const [, count = 0, width = 0] = output.shape;
    graph.set(output, graph.reshape(cutPatches(graph, images, side), [-1, count, width]));
  }),
  lowering(insertTokens, (graph, output, tokens, inserted, at, replaced = 0) => {
    const name = graph.name(tokens);
    const [, count = 0] = tokens.shape;
    const [, ...same] = inserted.shape;
    const batch = graph.node('Shape', [name], { start: { int: 0 }, end: { int: 1 } });
    const shape = graph.node('Concat', [batch, graph.list(same)], { axis: { int: 0 } });
    const parts = [
      ...(at > 0 ? [graph.slice(name, 1, 0, at)] : []),
      graph.node('Expand', [graph.name(inserted), shape]),
      ...(at + replaced < count ? [graph.slice(name, 1, at + replaced, count)] : []),
    ];
    graph.set(output, graph.node('Concat', parts, { axis: { int: 1 } }));
  }),
  lowering(addPosition, (graph, output, tokens, position) =>
    graph.set(output, graph.node('Add', [graph.name(tokens), graph.name(position)])),
  ),
  lowering(swapTokensAndChannels, (graph, output, x) =>
    graph.set(output, graph.transpose(graph.name(x), [0, 2, 1])),
  ),
  lowering(takeToken, (graph, output, tokens, index) => {
    const [, , width = 0] = tokens.shape;
    const one = graph.slice(graph.name(tokens), 1, index, index + 1);
    graph.set(output, graph.reshape(one, [-1, width]));
  }),
  lowering(meanOfLast, (graph, output, tokens, count) => {
    const [, all = 0] = tokens.shape;
    const name = graph.name(tokens);
    const last = count === all ? name : graph.slice(name, 1, all - count, all);
    const attributes = { axes: { ints: [1] }, keepdims: { int: 0 } };
    graph.set(output, graph.node('ReduceMean', [last], attributes));
  }),
];
