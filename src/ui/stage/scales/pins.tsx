import type { ScaleCursor } from '../../charts/scale-cursor.ts';
import { CloseIcon } from '../../components/icons.tsx';
import { ChannelLine, type ChannelHistory } from './channel-line.tsx';
import styles from './scales.module.css';

interface PinsProps extends ChannelHistory {
  readonly pins: readonly ScaleCursor[];
  readonly onRemove: (pin: ScaleCursor) => void;
}

export function Pins({ pins, onRemove, ...history }: PinsProps) {
  if (pins.length === 0) return null;
  return (
    <ul className={styles.pins} aria-label="Pinned channels">
      {pins.map((pin) => (
        <li key={`${pin.site}.${pin.channel}`}>
          <ChannelLine {...history} cursor={pin} />
          <button
            type="button"
            className={styles.remove}
            aria-label={`Unpin channel ${pin.channel + 1} of ${history.sites[pin.site]?.label}`}
            onClick={() => onRemove(pin)}
          >
            <CloseIcon />
          </button>
        </li>
      ))}
    </ul>
  );
}
