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
    const parts = [
      ...(at > 0 ? [graph.slice(name, 1, 0, at)] : []),
      graph.repeat(graph.name(inserted), inserted.shape, name),
      ...(at + replaced < count ? [graph.slice(name, 1, at + replaced, count)] : []),
    ];
    graph.set(output, graph.join(parts, 1));
  }),
  lowering(addPosition, (graph, output, tokens, position) =>
    graph.set(output, graph.add(graph.name(tokens), graph.name(position))),
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
    graph.set(output, graph.mean(last, [1]));
  }),
];
