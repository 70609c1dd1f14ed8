import { useEffect, useRef, useState } from 'react';
import type { Prediction } from '../../../protocol.ts';
import { Notice } from '../../components/notice.tsx';
import { useResults } from '../../studio-context.ts';
import { ClassBars } from './class-bars.tsx';
import styles from './results.module.css';

/** Milliseconds between two frames looked at. */
const INTERVAL = 250;

/** The camera's picture with what the model sees in it; the camera is let go when this leaves the page. */
export function Camera({ onEnd }: { readonly onEnd: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [prediction, setPrediction] = useState<Prediction | null>(null);
  const predictFrame = useResults((state) => state.predictFrame);

  useEffect(() => {
    const stop = new AbortController();
    watch(video.current, stop.signal, async (frame) =>
      setPrediction(await predictFrame(frame)),
    ).catch((error: unknown) => {
      if (!stop.signal.aborted) setProblem(cameraProblem(error));
    });
    return () => stop.abort();
  }, [predictFrame]);

  if (problem !== null) {
    return (
      <Notice tone="error" title="The camera cannot be used" onDismiss={onEnd}>
        {problem}
      </Notice>
    );
  }
  return (
    <div className={styles.camera} role="group" aria-label="What the camera sees">
      <video ref={video} className={styles.video} autoPlay playsInline muted aria-label="Camera" />
      {prediction ? (
        <ClassBars classes={prediction.classes} probabilities={prediction.probabilities} />
      ) : (
        <p>Waiting for the camera. The browser asks for your permission.</p>
      )}
    </div>
  );
}

/** Plays the camera into `video` and hands on a frame at a time until `signal` aborts. */
async function watch(
  video: HTMLVideoElement | null,
  signal: AbortSignal,
  look: (frame: ImageBitmap) => Promise<void>,
): Promise<void> {
  if (video === null) return;
  if (!('mediaDevices' in navigator)) {
    throw new Error('Browsers offer the camera only to pages opened over https or from localhost.');
  }
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment', width: { ideal: 640 } },
  });
  const release = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  signal.addEventListener('abort', release);
  try {
    if (!signal.aborted) {
      video.srcObject = stream;
      await video.play();
    }
    while (!signal.aborted) {
      const began = performance.now();
      await look(await createImageBitmap(video));
      await pause(Math.max(0, INTERVAL - (performance.now() - began)));
    }
  } finally {
    release();
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function cameraProblem(error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError')
    return 'The browser did not give permission. Allow the camera for this page and try again.';
  if (name === 'NotFoundError') return 'No camera was found on this machine.';
  if (name === 'NotReadableError')
    return 'Another program is using the camera. Close it and try again.';
  return error instanceof Error ? error.message : String(error);
}
