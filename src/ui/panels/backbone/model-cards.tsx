import { formatBytes, formatCount } from '../../../lib/format.ts';
import type { ModelCard } from '../../../protocol.ts';
import { OptionCard, OptionCards } from '../option-card.tsx';
import { FitBadge } from './fit-badge.tsx';

interface ModelCardsProps {
  readonly label: string;
  readonly cards: readonly ModelCard[];
  /** Name of the chosen one; empty for none. */
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (name: string) => void;
}

/** Models to choose from, each with what is known of it. */
export function ModelCards({ label, cards, value, disabled, onChange }: ModelCardsProps) {
  return (
    <OptionCards label={label} value={value} onChange={onChange} disabled={disabled}>
      {cards.map((card) => (
        <OptionCard
          key={card.name}
          value={card.name}
          title={card.label}
          badge={<FitBadge card={card} />}
          summary={card.summary}
          facts={factsOf(card)}
        />
      ))}
    </OptionCards>
  );
}

/** A line of numbers, and what it learned from. */
function factsOf(card: ModelCard): readonly string[] {
  const numbers = [
    `${formatCount(card.parameters)} parameters`,
    `${formatBytes(card.bytes)} download`,
    `${card.imageSize} px`,
    card.licence,
  ];
  return [numbers.join(' · '), `Learned from: ${card.pretraining}`];
}
