import { createRoot, type Root } from 'react-dom/client';
import { createStudio, type Studio, type StudioOptions } from '../stores/studio.ts';
import { App } from '../ui/app.tsx';
import { FakeTrainer, type FakeTrainerOptions } from './fake-trainer.ts';

let root: Root | null = null;

/** The whole page around a fake trainer, in place of what the last call rendered. */
export async function renderStudio(
  options: FakeTrainerOptions = {},
  studioOptions: StudioOptions = {},
): Promise<{ studio: Studio; trainer: FakeTrainer }> {
  root?.unmount();
  document.body.replaceChildren();
  const place = document.createElement('div');
  document.body.append(place);
  const trainer = new FakeTrainer(options);
  const studio = createStudio(trainer, studioOptions);
  root = createRoot(place);
  root.render(<App studio={studio} />);
  await studio.connect();
  return { studio, trainer };
}
