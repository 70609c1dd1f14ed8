/**
 * The page around the fake trainer, for looking at it in development:
 * /src/testing/harness.html?state=empty|images|running|finished|race-racing|race-winner|race-tie&device=wasm&tick=40
 */
import { createRoot } from 'react-dom/client';
import { createStudio, type Studio } from '../stores/studio.ts';
import { App } from '../ui/app.tsx';
import { fakeRace, type FakeRaceEnd } from './fake-race.ts';
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
if (query.get('tab') === 'runs') studio.app.getState().setTab('runs');

async function show(studio: Studio, state: string): Promise<void> {
  const { tryDemo, dataset, config } = studio;
  for (const end of ['racing', 'winner', 'tie'] as const) {
    if (state === `race-${end}`) await showRace(studio, end);
  }
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

async function showRace({ dataset, run, race }: Studio, end: FakeRaceEnd): Promise<void> {
  await dataset.getState().loadDemo('surface', 1, 40);
  const raced = fakeRace(end);
  run.setState({ finished: raced.finished, opened: raced.finished.at(-1)?.start.runId ?? null });
  race.setState(raced.race);
}
