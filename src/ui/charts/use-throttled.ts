import { useEffect, useRef, useState } from 'react';

/** The value, renewed at most every `interval` milliseconds; the last one always arrives. */
export function useThrottled<T>(value: T, interval: number): T {
  const [shown, setShown] = useState(value);
  const renewed = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const wait = Math.max(0, renewed.current + interval - performance.now());
    const timer = setTimeout(() => {
      renewed.current = performance.now();
      setShown(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, interval]);
  return shown;
}
