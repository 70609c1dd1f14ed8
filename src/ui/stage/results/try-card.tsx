import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { DropTarget } from '../../panels/drop-target.tsx';
import { useResults } from '../../studio-context.ts';
import { Camera } from './camera.tsx';
import { Trials } from './trials.tsx';
import styles from './results.module.css';

/** Shows the trained model new images: dropped, chosen, pasted, or from the camera. */
export function TryCard({ running }: { readonly running: boolean }) {
  const tryImage = useResults((state) => state.tryImage);
  const [camera, setCamera] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const take = (files: Iterable<File>) => {
    if (running) return;
    for (const file of files) void tryImage(file, file.name || 'pasted image');
  };
  usePastedFiles(take);
  return (
    <DropTarget hint="Drop to see what it is" onDrop={(transfer) => take(transfer.files)}>
      <Card
        title="Try a new image"
        actions={
          <div className={styles.tools}>
            <Button disabled={running} onClick={() => chooser.current?.click()}>
              Choose images
            </Button>
            <Button disabled={running} onClick={() => setCamera(!camera)}>
              {camera ? 'Stop the camera' : 'Use the camera'}
            </Button>
          </div>
        }
      >
        <input
          ref={chooser}
          type="file"
          accept="image/*"
          multiple
          hidden
          aria-label="Images to try"
          onChange={(event) => {
            take(event.target.files ?? []);
            event.target.value = '';
          }}
        />
        <p className={styles.note}>
          {running
            ? 'The model is training; new images can be tried when the run has ended.'
            : 'Drop images anywhere on this card, paste one, or choose them. They stay on this machine.'}
        </p>
        {camera && !running && <Camera onEnd={() => setCamera(false)} />}
        <Trials />
      </Card>
    </DropTarget>
  );
}

/** Images pasted anywhere on the page while this is shown. */
function usePastedFiles(take: (files: Iterable<File>) => void): void {
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      const images = files.filter((file) => file.type.startsWith('image/'));
      if (images.length > 0) latest.current(images);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);
}
