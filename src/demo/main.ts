/** Wires an exported page: images that are chosen or dropped, the camera, and what the model says. */
import { answerList, text } from './answers.ts';
import { watchCamera } from './camera.ts';
import { openClassifier, type Classify } from './classifier.ts';

const find = <T extends Element>(selector: string): T => {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`The page must have "${selector}".`);
  return found;
};

const status = find<HTMLElement>('[role=status]');
const results = find<HTMLUListElement>('#results');
const chooser = find<HTMLInputElement>('#images');
const cameraButton = find<HTMLButtonElement>('#camera');
const video = find<HTMLVideoElement>('video');

const say = (words: string): void => {
  status.textContent = words;
};
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function show(file: File, classify: Classify): Promise<void> {
  const row = document.createElement('li');
  const picture = document.createElement('img');
  picture.alt = '';
  picture.src = URL.createObjectURL(file);
  const words = document.createElement('div');
  words.append(text('title', file.name));
  row.append(picture, words);
  results.prepend(row);
  await classify(file).then(
    (answer) => words.append(answerList(answer)),
    (error: unknown) => {
      picture.removeAttribute('src');
      words.append(text('problem', reason(error)));
    },
  );
}

function listen(classify: Classify): void {
  const take = (files: FileList | null | undefined): void => {
    for (const file of files ?? []) void show(file, classify);
  };
  chooser.disabled = false;
  chooser.addEventListener('change', () => {
    take(chooser.files);
    chooser.value = '';
  });
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    take(event.dataTransfer?.files);
  });
  let watching: AbortController | null = null;
  cameraButton.disabled = false;
  cameraButton.addEventListener('click', () => {
    if (watching) {
      watching.abort();
      return;
    }
    watching = new AbortController();
    cameraButton.textContent = 'Stop the camera';
    video.hidden = false;
    void watchCamera(video, find('#seen'), classify, watching.signal)
      .catch((error: unknown) => say(`The camera cannot be used. ${reason(error)}`))
      .finally(() => {
        watching = null;
        cameraButton.textContent = 'Use the camera';
        video.hidden = true;
      });
  });
}

openClassifier({ ...window.sanModel, runtime: window.sanRuntime }).then(
  (classify) => {
    say('Ready: drop images anywhere.');
    listen(classify);
  },
  (error: unknown) => say(`The model could not be opened: ${reason(error)}`),
);
