import { useEffect } from 'react';
import { useRun } from './studio-context.ts';

/** Has a run that is under way keep where it is when the page is hidden: browsers close hidden pages first. */
export function useKeepWhenHidden(): void {
  const keep = useRun((state) => state.keep);
  useEffect(() => {
    const onChange = () => {
      if (document.visibilityState === 'hidden') void keep();
    };
    document.addEventListener('visibilitychange', onChange);
    return () => document.removeEventListener('visibilitychange', onChange);
  }, [keep]);
}
