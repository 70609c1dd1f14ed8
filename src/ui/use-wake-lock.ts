import { useEffect } from 'react';
import { useBusy } from './use-busy.ts';
import { useRun } from './studio-context.ts';

/**
 * Keeps the device awake while it trains. The browser takes that back when the page is hidden, so
 * it is asked for again when the page comes into sight.
 */
export function useWakeLock(): void {
  const paused = useRun((state) => state.phase === 'paused');
  const wanted = useBusy() && !paused;
  useEffect(() => {
    if (!wanted || !('wakeLock' in navigator)) return;
    let lock: WakeLockSentinel | null = null;
    let over = false;
    const hold = async () => {
      if (document.visibilityState !== 'visible') return;
      try {
        const held = await navigator.wakeLock.request('screen');
        if (over) await held.release();
        else lock = held;
      } catch {
        // A low battery or a setting forbids it; training goes on as far as the device stays awake.
      }
    };
    const holdAgain = () => void hold();
    document.addEventListener('visibilitychange', holdAgain);
    void hold();
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', holdAgain);
      void lock?.release();
    };
  }, [wanted]);
}
