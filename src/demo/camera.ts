import { answerList } from './answers.ts';
import type { Classify } from './classifier.ts';

/** Milliseconds between two frames looked at. */
const INTERVAL = 250;

/** Plays the camera and says what it sees, until `signal` aborts. Rejects where there is no camera. */
export async function watchCamera(
  video: HTMLVideoElement,
  answers: HTMLElement,
  classify: Classify,
  signal: AbortSignal,
): Promise<void> {
  if (!('mediaDevices' in navigator)) {
    throw new Error('Browsers offer the camera only to pages opened over https or from localhost.');
  }
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment', width: { ideal: 640 } },
  });
  try {
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      const frame = await createImageBitmap(video);
      const answer = await classify(frame);
      frame.close();
      answers.replaceChildren(answerList(answer));
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    answers.replaceChildren();
  }
}
