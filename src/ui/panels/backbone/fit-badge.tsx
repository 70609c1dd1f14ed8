import { estimateFit } from '../../../lib/memory-estimate.ts';
import type { ModelCard } from '../../../protocol.ts';
import { trainingValues } from '../../../stores/config.ts';
import { classNames } from '../../class-names.ts';
import { Help } from '../../components/help.tsx';
import { useApp, useConfig, useStudio } from '../../studio-context.ts';
import { fitLabel, fitSentences } from './fit-text.ts';
import styles from './fit-badge.module.css';

/** Where the training form has no batch size. */
const USUAL_BATCH = 16;

/** Whether training with a model is likely to fit this device, and why when asked. */
export function FitBadge({ card }: { readonly card: ModelCard }) {
  const connection = useApp((state) => state.connection);
  const batch = useBatchSize();
  if (connection.phase !== 'ready') return null;
  const fit = estimateFit(card, connection.device, batch);
  return (
    <span className={styles.fit}>
      <span className={classNames(styles.badge, styles[fit.state])}>{fitLabel[fit.state]}</span>
      <Help about={`“${fitLabel[fit.state]}” for ${card.label}`}>
        {fitSentences(fit, batch).map((sentence) => (
          <p key={sentence} className={styles.sentence}>
            {sentence}
          </p>
        ))}
      </Help>
    </span>
  );
}

function useBatchSize(): number {
  const { catalog } = useStudio();
  return useConfig((state) => {
    const { batchSize } = trainingValues(catalog.getState(), state);
    return typeof batchSize === 'number' ? batchSize : USUAL_BATCH;
  });
}
