import { useMemo } from 'react';
import { niceRange } from '../../charts/diverging.ts';
import { typicalDistance } from '../../charts/scale-raster.ts';
import { ScaleLegend } from '../../charts/scale-legend.tsx';
import { ScaleStrip } from '../../charts/scale-strip.tsx';
import { useThrottled } from '../../charts/use-throttled.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { useApp, useRun } from '../../studio-context.ts';
import styles from './live-scales.module.css';

/** The scale map at a glance while it forms. */
export function LiveScales() {
  const setTab = useApp((state) => state.setTab);
  const sites = useRun((state) => state.start?.scaleSites);
  const frame = useThrottled(
    useRun((state) => state.frames.at(-1)),
    200,
  );
  const range = useMemo(() => niceRange(frame ? typicalDistance(frame.values) : 0), [frame]);
  if (!sites || sites.length === 0 || !frame) return null;
  return (
    <Card
      title={`Scales, step ${frame.step.toLocaleString('en')}`}
      actions={
        <Button variant="quiet" aria-label="Open the scale map" onClick={() => setTab('scales')}>
          Open
        </Button>
      }
    >
      <div className={styles.body}>
        <ScaleStrip
          sites={sites}
          values={frame.values}
          range={range}
          label={`${frame.values.length.toLocaleString('en')} scales of ${sites.length} layers; nearly all within ${range} of 1`}
        />
        <ScaleLegend range={range} />
      </div>
    </Card>
  );
}
