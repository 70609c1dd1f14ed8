import { useEffect, useState } from 'react';
import { formatBytes } from '../../lib/format.ts';

/** What this page keeps on the person's disk, and that it keeps it there. */
export function StorageLine() {
  const [bytes, setBytes] = useState<number | null>(null);
  useEffect(() => {
    let wanted = true;
    void usedBytes().then((used) => wanted && setBytes(used));
    return () => {
      wanted = false;
    };
  }, []);
  const kept = bytes
    ? ` ${formatBytes(bytes)} of downloaded weights and the like is kept here.`
    : '';
  return (
    <p>
      Images, models and results stay in this browser: nothing is uploaded.{kept} Closing the page
      forgets your images, so export what you want to keep.
    </p>
  );
}

/** Null where the browser does not say. */
async function usedBytes(): Promise<number | null> {
  try {
    return (await navigator.storage.estimate()).usage ?? null;
  } catch {
    return null;
  }
}
