import { useEffect, useState } from 'react';
import type { ScaleFrame } from '../../../protocol.ts';
import { Button } from '../../components/button.tsx';
import { Slider } from '../../components/slider.tsx';
import styles from './scales.module.css';

interface TimelineProps {
  readonly frames: readonly ScaleFrame[];
  readonly position: number;
  /** Where it stands until it is moved. */
  readonly home: { readonly label: string; readonly position: number };
  /** Told a frame's index. */
  readonly onMove: (position: number) => void;
}

const FULL_LENGTH = 8000;
const REDUCED_INTERVAL = 1000;

/** Drag through the run, or play it. */
export function Timeline({ frames, position, home, onMove }: TimelineProps) {
  const [playing, setPlaying] = useState(false);
  const last = frames.length - 1;

  useEffect(() => {
    if (!playing) return;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const stride = still ? Math.max(1, Math.round(last / 8)) : 1;
    const wait = still ? REDUCED_INTERVAL : Math.max(40, FULL_LENGTH / Math.max(1, last));
    const timer = setTimeout(() => {
      const next = Math.min(last, position + stride);
      onMove(next);
      if (next === last) setPlaying(false);
    }, wait);
    return () => clearTimeout(timer);
  }, [playing, position, last, onMove]);

  const play = () => {
    if (!playing && (position === last || position === home.position)) onMove(0);
    setPlaying(!playing);
  };
  const step = (index: number) => (frames[index]?.step ?? 0).toLocaleString('en');
  return (
    <div className={styles.timeline}>
      <Button onClick={play}>{playing ? 'Stop' : 'Play'}</Button>
      <div className={styles.scrubber}>
        <Slider
          label="Step of the run"
          value={position}
          min={0}
          max={last}
          step={1}
          format={(index) => `${step(index)} of ${step(last)}`}
          onChange={(index) => {
            setPlaying(false);
            onMove(index);
          }}
        />
      </div>
      <Button
        variant="quiet"
        disabled={position === home.position}
        onClick={() => {
          setPlaying(false);
          onMove(home.position);
        }}
      >
        {home.label}
      </Button>
    </div>
  );
}
