import { useMemo } from 'react';
import type { ReadyModel } from '../../../protocol.ts';
import { niceRange } from '../../charts/diverging.ts';
import { ScaleLegend } from '../../charts/scale-legend.tsx';
import { typicalDistance } from '../../charts/scale-raster.ts';
import { ScaleStrip } from '../../charts/scale-strip.tsx';
import { Button } from '../../components/button.tsx';
import { useApp, useCatalog } from '../../studio-context.ts';
import { methodLabel } from '../runs/run-names.ts';
import styles from './export.module.css';

interface ReadyModelViewProps {
  readonly model: ReadyModel;
  /** No run came along with it. */
  readonly alone: boolean;
}

/** What an opened adapter is, ready to be used. */
export function ReadyModelView({ model, alone }: ReadyModelViewProps) {
  const setTab = useApp((state) => state.setTab);
  const methods = useCatalog((state) => state.methods);
  const range = useMemo(() => niceRange(typicalDistance(model.scales)), [model.scales]);
  return (
    <section className={styles.model} aria-label="Opened model">
      <dl className={styles.contents}>
        <div>
          <dt>Method</dt>
          <dd>{methodLabel(model.method, methods)}</dd>
        </div>
        <div>
          <dt>Backbone</dt>
          <dd>
            {model.backbone.label} · {model.backbone.preprocessing.size} px
          </dd>
        </div>
        <div>
          <dt>Classes</dt>
          <dd>{model.classes.join(', ')}</dd>
        </div>
      </dl>
      {alone && (
        <p className={styles.note}>
          Its run did not come along, so it has no curves or results here. It answers as it did when
          it was saved, and can be downloaded in every format.
        </p>
      )}
      {model.scaleSites.length > 0 && (
        <>
          <ScaleStrip
            sites={model.scaleSites}
            values={model.scales}
            range={range}
            label={`${model.scales.length.toLocaleString('en')} scales of ${model.scaleSites.length} layers`}
          />
          <ScaleLegend range={range} />
        </>
      )}
      <div className={styles.action}>
        <Button variant="primary" onClick={() => setTab('results')}>
          Try it on an image
        </Button>
        {model.scaleSites.length > 0 && (
          <Button onClick={() => setTab('scales')}>Look at its scales</Button>
        )}
      </div>
    </section>
  );
}
