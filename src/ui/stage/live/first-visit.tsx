import { useStore } from 'zustand';
import { Button } from '../../components/button.tsx';
import { useCatalog, useStudio } from '../../studio-context.ts';
import { SanPicture } from './san-picture.tsx';
import styles from './first-visit.module.css';

/** What SAN does, in three sentences and a picture, and the two ways to begin. */
export function FirstVisit() {
  const studio = useStudio();
  const hasDemo = useCatalog((state) => state.demos.length > 0 && state.bundled.length > 0);
  const busy = useStore(studio.dataset, (state) => state.importing !== null);
  return (
    <div className={styles.visit}>
      <div className={styles.words}>
        <h2>Teach a vision model your own images</h2>
        <p>
          A pretrained model already knows how to see; its weights stay as they are. <dfn>SAN</dfn>{' '}
          learns one number for every feature, a scale γ, that turns the feature up or down. The
          same scale passes on into the next layer’s weights, so a few thousand numbers retune the
          whole network.
        </p>
        <div className={styles.buttons}>
          <Button
            variant="primary"
            disabled={!hasDemo || busy}
            onClick={() => void studio.tryDemo()}
          >
            Try the demo
          </Button>
          <Button onClick={showImagesStep}>Use my images</Button>
        </div>
        <p className={styles.private}>Everything happens on this machine. No image leaves it.</p>
      </div>
      <SanPicture />
    </div>
  );
}

/** Unfolds the first step, brings it into view and puts the keyboard on its first control. */
function showImagesStep() {
  const step = document.getElementById('step-1');
  step?.querySelector<HTMLElement>('[aria-expanded="false"]')?.click();
  step?.scrollIntoView({ block: 'start' });
  // The content is there once React has unfolded it.
  requestAnimationFrame(() => {
    const control = step?.querySelector<HTMLElement>('h2 ~ * button, h2 ~ * input');
    control?.focus({ preventScroll: true });
  });
}
