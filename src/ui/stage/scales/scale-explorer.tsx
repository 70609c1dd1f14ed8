import { useMemo, useState, type ReactNode } from 'react';
import type { ScaleFrame, ScaleSite } from '../../../protocol.ts';
import { niceRange } from '../../charts/diverging.ts';
import type { ScaleCursor } from '../../charts/scale-cursor.ts';
import { ScaleHistograms } from '../../charts/scale-histograms.tsx';
import { ScaleLegend } from '../../charts/scale-legend.tsx';
import { ScaleMap } from '../../charts/scale-map.tsx';
import { typicalDistance } from '../../charts/scale-raster.ts';
import { useThrottled } from '../../charts/use-throttled.ts';
import { Card } from '../../components/card.tsx';
import { Select } from '../../components/select.tsx';
import { Switch } from '../../components/switch.tsx';
import { ChannelLine, channelWords } from './channel-line.tsx';
import { Pins } from './pins.tsx';
import { StrongestChannels } from './strongest-channels.tsx';
import { Timeline } from './timeline.tsx';
import { usePins } from './use-pins.ts';
import styles from './scales.module.css';

interface ScaleExplorerProps {
  readonly sites: readonly ScaleSite[];
  readonly frames: readonly ScaleFrame[];
  /** The step whose weights the run kept in the end; null while it goes on. */
  readonly kept?: number | null;
  /** What else follows the timeline, given the step it stands on. */
  readonly children?: (step: number) => ReactNode;
}

const RANGES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
const RANGE_OPTIONS = [
  { value: 'auto', label: 'Fitting' },
  ...RANGES.map((range) => ({ value: String(range), label: `1 ± ${range}` })),
];

/** The map with its timeline, histograms and strongest channels. */
export function ScaleExplorer({ sites, frames, kept = null, children }: ScaleExplorerProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const [sorted, setSorted] = useState(false);
  const [rangeChoice, setRangeChoice] = useState('auto');
  const [cursor, setCursor] = useState<ScaleCursor | null>(null);
  const { pins, toggle } = usePins();

  const last = frames.length - 1;
  const home = kept === null ? last : frames.findLastIndex(({ step }) => step <= kept);
  const position = Math.min(chosen ?? home, last);
  const frame = frames[position];
  const slowFrame = useThrottled(frame, 250);
  const lastValues = useThrottled(frames.at(-1)?.values, 1000);
  const fitting = useMemo(
    () => niceRange(lastValues ? typicalDistance(lastValues) : 0),
    [lastValues],
  );
  if (!frame || !slowFrame)
    return <p className={styles.waiting}>The first scales are on their way.</p>;
  const range = rangeChoice === 'auto' ? fitting : Number(rangeChoice);
  const history = { sites, frames, position };

  return (
    <>
      <Card title="Scale map">
        <p className={styles.explanation}>
          One row a layer, one cell a channel. γ above 1 strengthens a feature, γ below 1 weakens
          it, and 1 leaves it as it was.
        </p>
        <div className={styles.controls}>
          <ScaleLegend range={range} />
          <Switch label="Sort channels by value" checked={sorted} onChange={setSorted} />
          <div className={styles.range}>
            <Select
              label="Colour range"
              value={rangeChoice}
              options={RANGE_OPTIONS}
              onChange={setRangeChoice}
            />
          </div>
        </div>
        <ScaleMap
          sites={sites}
          values={frame.values}
          sorted={sorted}
          range={range}
          cursor={cursor}
          cursorText={cursor ? channelWords(sites, frame.values, cursor) : 'No channel chosen'}
          onCursor={setCursor}
          onPin={toggle}
        />
        <div className={styles.readout}>
          {cursor ? (
            <ChannelLine {...history} cursor={cursor} />
          ) : (
            <p className={styles.waiting}>Point at a cell to read it; click to keep it here.</p>
          )}
        </div>
        <Pins {...history} pins={pins} onRemove={toggle} />
        {frames.length > 1 && (
          <Timeline
            frames={frames}
            position={position}
            home={{ label: kept === null ? 'Newest' : 'Best epoch', position: home }}
            onMove={(to) => setChosen(to === home ? null : to)}
          />
        )}
      </Card>
      {children?.(chosen === null && kept !== null ? kept : frame.step)}
      <Card title="Strongest channels">
        <StrongestChannels sites={sites} values={slowFrame.values} onChoose={setCursor} />
      </Card>
      <Card title="Scales per layer">
        <p className={styles.explanation}>
          How many channels have which scale, from {1 - range} to {1 + range}. Below each layer:
          where nine in ten of its channels lie.
        </p>
        <ScaleHistograms sites={sites} values={slowFrame.values} range={range} />
      </Card>
    </>
  );
}
