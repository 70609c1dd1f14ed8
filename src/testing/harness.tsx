/**
 * The page around the fake trainer, for looking at it in development:
 * /src/testing/harness.html?state=empty|images|running|finished&device=wasm&tick=40
 */
import { createRoot } from 'react-dom/client';
import { createStudio, type Studio } from '../stores/studio.ts';
import { App } from '../ui/app.tsx';
import { FakeTrainer } from './fake-trainer.ts';

const query = new URLSearchParams(location.search);
const wasm = {
  backend: 'wasm' as const,
  adapter: 'WebAssembly, 2 threads',
  f16: false,
  subgroups: false,
  threads: 2,
  memory: { largestTensor: 2 ** 32, allTensors: 2 ** 32, system: 8 * 2 ** 30 },
  fallbackReason: 'This browser offers no WebGPU.',
};
const trainer = new FakeTrainer({
  tick: Number(query.get('tick') ?? 40),
  device: query.get('device') === 'wasm' ? wasm : {},
});
const studio = createStudio(trainer);
const root = document.getElementById('root');
if (root) createRoot(root).render(<App studio={studio} />);
await studio.connect();
await show(studio, query.get('state') ?? 'empty');

async function show({ tryDemo, dataset, config }: Studio, state: string): Promise<void> {
  if (state === 'running') await tryDemo();
  if (state === 'finished') {
    config.getState().setTraining('epochs', 4);
    await tryDemo();
  }
  if (state === 'images') {
    await dataset.getState().loadDemo('surface', 1, Number(query.get('images') ?? 60));
    await config.getState().loadBackbone({ kind: 'bundled', name: 'resnet10_128' }, 'ResNet-10');
  }
}
