import type { HubCard } from '../../../protocol.ts';

/** The models in whose name, family or training data every word of a query stands. */
export function searchModels(cards: readonly HubCard[], query: string): readonly HubCard[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return cards.filter((card) => {
    const { label, repository, family, pretraining, licence, summary } = card;
    const text = [label, repository, family, pretraining, licence, summary].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
