import type { BackboneInfo, MethodInfo } from '../../../protocol.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { OptionCard, OptionCards } from '../option-card.tsx';
import styles from './method-panel.module.css';

interface MethodCardsProps {
  /** In the order of the catalog. */
  readonly methods: readonly MethodInfo[];
  readonly refusals: BackboneInfo['refusals'];
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (name: string) => void;
}

/** As many as are taken in at a glance; the catalog's order says which. */
const IN_SIGHT = 5;

/** The methods that most people want, and the rest folded away. */
export function MethodCards({ methods, refusals, value, disabled, onChange }: MethodCardsProps) {
  const rest = methods.slice(IN_SIGHT);
  const folded = rest.find(({ name }) => name === value);
  const card = ({ name, label, summary }: MethodInfo) => (
    <OptionCard
      key={name}
      value={name}
      title={label}
      summary={summary}
      refusal={refusals[name] ?? null}
    />
  );
  return (
    <OptionCards label="Method" value={value} onChange={onChange} disabled={disabled}>
      {methods.slice(0, IN_SIGHT).map(card)}
      {rest.length > 0 && (
        <Disclosure
          label={`More methods (${rest.length})${folded ? ` · chosen: ${folded.label}` : ''}`}
          open={folded !== undefined}
        >
          <div className={styles.more}>{rest.map(card)}</div>
        </Disclosure>
      )}
    </OptionCards>
  );
}
