import { memo, useMemo } from 'react';
import type { ScaleSite } from '../../../protocol.ts';
import type { ScaleCursor } from '../../charts/scale-cursor.ts';
import { formatScale } from '../../charts/scale-legend.tsx';
import { strongestChannels, type ChannelScale } from '../../charts/scale-raster.ts';
import styles from './scales.module.css';

interface StrongestChannelsProps {
  readonly sites: readonly ScaleSite[];
  readonly values: Float32Array;
  readonly onChoose: (cursor: ScaleCursor) => void;
}

const COUNT = 8;

/** What was turned up and down the most, of the whole network. */
export const StrongestChannels = memo(function StrongestChannels(props: StrongestChannelsProps) {
  const { sites, values, onChoose } = props;
  const { potentiated, depressed } = useMemo(
    () => strongestChannels(sites, values, COUNT),
    [sites, values],
  );
  const choose = ({ site, channel }: ChannelScale) =>
    onChoose({ site: sites.indexOf(site), channel });
  const reach = Math.max(
    1e-6,
    ...[...potentiated, ...depressed].map(({ scale }) => Math.abs(scale - 1)),
  );
  return (
    <div className={styles.strongest}>
      <ChannelList
        title="Turned up"
        tone="up"
        channels={potentiated}
        reach={reach}
        onChoose={choose}
      />
      <ChannelList
        title="Turned down"
        tone="down"
        channels={depressed}
        reach={reach}
        onChoose={choose}
      />
    </div>
  );
});

interface ChannelListProps {
  readonly title: string;
  readonly tone: 'up' | 'down';
  readonly channels: readonly ChannelScale[];
  /** The distance from 1 that fills a bar. */
  readonly reach: number;
  readonly onChoose: (channel: ChannelScale) => void;
}

function ChannelList({ title, tone, channels, reach, onChoose }: ChannelListProps) {
  return (
    <div>
      <h4 className={styles.listTitle}>{title}</h4>
      {channels.length === 0 && <p className={styles.waiting}>None.</p>}
      <ol className={styles.list}>
        {channels.map((found) => (
          <li key={`${found.site.site}.${found.channel}`}>
            <button type="button" className={styles.entry} onClick={() => onChoose(found)}>
              <span className={styles.where}>
                <span className={styles.site}>{found.site.label}</span>{' '}
                <span className={styles.number}>channel {found.channel + 1}</span>
              </span>
              <span className={styles.bar}>
                <span
                  className={styles[tone]}
                  style={{ width: `${(Math.abs(found.scale - 1) / reach) * 100}%` }}
                />
              </span>
              <span className={styles.figure}>{formatScale(found.scale)}</span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
