import { useEffect, useState } from 'react';
import { formatBytes } from '../../lib/format.ts';
import type { Room } from '../../stores/project.ts';
import { useProject } from '../studio-context.ts';

/** What this page takes of the person's disk, and what is left of what the browser allows. */
export function StorageLine() {
  const measure = useProject((state) => state.room);
  const [room, setRoom] = useState<Room | null>(null);
  useEffect(() => {
    let wanted = true;
    void measure().then((measured) => wanted && setRoom(measured));
    return () => {
      wanted = false;
    };
  }, [measure]);
  if (!room) return null;
  const lasts = room.lasting
    ? 'The browser deletes none of it by itself.'
    : 'Where the disk runs full, the browser may delete it: save what you want to keep as a file.';
  return (
    <span>
      All projects and models take {formatBytes(room.used)}; {formatBytes(room.left)} are left.{' '}
      {lasts}
    </span>
  );
}
