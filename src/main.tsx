import { createRoot } from 'react-dom/client';
import { keepPage } from './client/page-keeper.ts';
import { TrainerClient } from './client/trainer-client.ts';
import { trustOwnScripts } from './client/trusted-scripts.ts';
import { ProjectIndex } from './projects/project-index.ts';
import type { BackendName } from './protocol.ts';
import { browserPreferences } from './stores/preferences.ts';
import { keeperListener } from './stores/keeper-listener.ts';
import { createStudio } from './stores/studio.ts';
import { App } from './ui/app.tsx';

trustOwnScripts();

let worker: Worker | null = null;
const createWorker = () => {
  // The bundler knows a worker by this very form.
  worker = new Worker(new URL('./worker/main.ts', import.meta.url), {
    type: 'module',
    name: 'trainer',
  });
  return worker;
};

const client = new TrainerClient(createWorker);
const studio = createStudio(client, {
  restart: () => client.restart(),
  ...(wantsChaos() && { killWorker: () => worker?.terminate() }),
  backend: wantedBackend(),
  preferences: browserPreferences(),
  projects: {
    openIndex: () => ProjectIndex.open(),
    wanted: new URLSearchParams(location.search).get('project'),
    go(project) {
      const address = new URL(location.href);
      address.searchParams.set('project', project);
      location.assign(address);
    },
    endWorker: () => client.terminate(),
  },
});

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root".');
createRoot(root).render(<App studio={studio} />);
void studio.connect();
// Where the sources are served, they change under every tab that shows them.
if (import.meta.env.PROD) {
  void keepPage(`${import.meta.env.BASE_URL}service-worker.js`, keeperListener(studio));
}

/** `?chaos=1` in the address shows developers buttons that break things. */
function wantsChaos(): boolean {
  return new URLSearchParams(location.search).get('chaos') === '1';
}

/** `?backend=wasm` or `?backend=webgpu` in the address overrules the choice. */
function wantedBackend(): BackendName | 'auto' {
  const asked = new URLSearchParams(location.search).get('backend');
  return asked === 'wasm' || asked === 'webgpu' ? asked : 'auto';
}
