import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { renderStudio } from '../../testing/render-studio.tsx';
import type { Studio } from '../../stores/studio.ts';

const open = (name: string) => userEvent.click(page.getByRole('tab', { name }));

async function finish(studio: Studio, method = 'san') {
  const { config } = studio;
  config.getState().setTraining('epochs', 3);
  config.getState().chooseMethod(method);
  await studio.startRun();
  await expect.poll(() => studio.run.getState().phase).toBe('finished');
}

/** A page whose first run has ended. */
async function trained(method = 'san') {
  await page.viewport(1440, 900);
  const rendered = await renderStudio();
  const { studio } = rendered;
  await studio.dataset.getState().loadDemo('surface', 1, 10);
  await studio.config
    .getState()
    .loadBackbone({ kind: 'bundled', name: 'vit_tiny6_patch16_128' }, 'ViT-Tiny/16');
  await finish(studio, method);
  return rendered;
}

test('a first visit explains SAN and starts the demo on one press', async () => {
  await page.viewport(1440, 900);
  const { studio } = await renderStudio();
  await expect.element(page.getByRole('img', { name: /pass one scale each/ })).toBeVisible();
  const stage = page.getByRole('tabpanel');
  await userEvent.click(stage.getByRole('button', { name: 'Try the demo' }));
  await expect.element(stage.getByRole('progressbar')).toBeVisible();
  await expect.element(stage.getByRole('img', { name: /^Loss over/ })).toBeVisible();
  expect(studio.run.getState().start?.method).toBe('san');
});

test('the way to one’s own images puts the keyboard there', async () => {
  await page.viewport(1440, 900);
  await renderStudio();
  await userEvent.click(page.getByRole('button', { name: 'Use my images' }));
  const step = document.getElementById('step-1');
  await expect.poll(() => step?.contains(document.activeElement)).toBe(true);
});

test('the curves say in words what they show', async () => {
  await trained();
  const accuracy = page.getByRole('img', { name: /^Accuracy over 30 of 30 steps/ });
  await expect.element(accuracy).toHaveAccessibleName(/best epoch 3 with \d+\.\d %/);
  await expect.element(page.getByText('best epoch 3').first()).toBeVisible();
});

test('the scale map is read and pinned by keyboard', async () => {
  await trained();
  await open('Scales');
  const map = page.getByRole('slider', { name: /Scale map/ });
  map.element().focus();
  await userEvent.keyboard('{ArrowDown}{ArrowRight}{ArrowRight}');
  await expect
    .element(map)
    .toHaveAttribute(
      'aria-valuetext',
      expect.stringMatching(/^Block 1 · attention in, channel 3 of 576, scale \d/),
    );
  await userEvent.keyboard('{Enter}');
  await expect
    .element(page.getByRole('list', { name: 'Pinned channels' }))
    .toHaveTextContent('Block 1 · attention in channel 3');
  await userEvent.click(page.getByRole('button', { name: /^Unpin channel 3/ }));
  await expect.element(page.getByRole('list', { name: 'Pinned channels' })).not.toBeInTheDocument();
});

test('the timeline stands on the best epoch, and goes through the run from there', async () => {
  const { studio } = await trained();
  await open('Scales');
  const map = page.getByRole('slider', { name: /Scale map/ });
  map.element().focus();
  await expect.element(map).toHaveAttribute('aria-valuetext', expect.stringContaining('channel 1'));
  const late = map.element().getAttribute('aria-valuetext');
  const timeline = page.getByRole('slider', { name: 'Step of the run' });
  timeline.element().focus();
  await userEvent.keyboard('{Home}');
  const [first, last] = [0, -1].map((index) => studio.run.getState().frames.at(index)?.step);
  await expect.element(timeline).toHaveAttribute('aria-valuetext', `${first} of ${last}`);
  expect(map.element().getAttribute('aria-valuetext')).not.toBe(late);
  await userEvent.click(page.getByRole('button', { name: 'Best epoch' }));
  await expect.element(timeline).toHaveAttribute('aria-valuetext', `${last} of ${last}`);
  const { result } = studio.run.getState();
  studio.run.setState({ result: result && { ...result, bestEpoch: 2 } });
  await expect.element(timeline).toHaveAttribute('aria-valuetext', `19 of ${last}`);
  await expect
    .element(page.getByText('Validation accuracy under the best weights, of epoch 2.'))
    .toBeVisible();
});

test('strength and mode measure the validation images again', async () => {
  const { studio, trainer } = await trained();
  await open('Scales');
  const strength = page.getByRole('slider', { name: 'Strength s' });
  strength.element().focus();
  await userEvent.keyboard('{End}');
  await expect.poll(() => studio.results.getState().evaluation?.strength).toBe(2);
  expect(trainer.requests.filter(({ type }) => type === 'run.evaluate')).toHaveLength(1);
  await open('Results');
  await expect.element(page.getByText(/at strength 2\.00/)).toBeVisible();
  await userEvent.click(page.getByRole('button', { name: 'Show as trained' }));
  await expect.element(page.getByText(/at strength/)).not.toBeInTheDocument();
});

test('an epoch of the timeline is measured in place of the best one', async () => {
  const { studio } = await trained();
  await open('Scales');
  await expect.element(page.getByText('With the weights of the best epoch, 3.')).toBeVisible();
  page.getByRole('slider', { name: 'Step of the run' }).element().focus();
  await userEvent.keyboard('{Home}{ArrowRight>6/}');
  await userEvent.click(page.getByRole('button', { name: /^Take epoch 1/ }));
  await expect.poll(() => studio.results.getState().shown.epoch).toBe(1);
  await open('Results');
  await expect.element(page.getByText(/with the weights of epoch 1\./)).toBeVisible();
  await userEvent.click(page.getByRole('button', { name: 'Show as trained' }));
  await expect.element(page.getByText(/weights of epoch 1/)).not.toBeInTheDocument();
});

test('a cell of the confusion matrix opens its images', async () => {
  const { studio } = await trained();
  await open('Results');
  const { evaluation } = studio.results.getState();
  const total = evaluation?.images.length ?? 0;
  await expect.element(page.getByText(new RegExp(`of ${total} validation images`))).toBeVisible();
  const cell = page.getByRole('button', { name: /images? of “clean” recognised/ });
  const count = Number.parseInt(cell.element().textContent, 10);
  await userEvent.click(cell);
  const dialog = page.getByRole('dialog', { name: '“clean”, recognised' });
  await expect.element(dialog).toBeVisible();
  expect(dialog.getByRole('listitem').elements()).toHaveLength(count);
  await userEvent.click(dialog.getByRole('button', { name: /^The model says clean/ }).first());
  await expect.element(page.getByRole('dialog').last().getByRole('img')).toBeVisible();
});

test('the table of classes sorts by a column', async () => {
  await trained();
  await open('Results');
  const recall = page.getByRole('columnheader', { name: 'Recall' });
  await userEvent.click(recall.getByRole('button'));
  await expect.element(recall).toHaveAttribute('aria-sort', 'ascending');
  await userEvent.click(recall.getByRole('button'));
  await expect.element(recall).toHaveAttribute('aria-sort', 'descending');
});

test('a new image is predicted, and one that fails says why', async () => {
  const { trainer } = await trained();
  await open('Results');
  const chooser = page.getByLabelText('Images to try');
  await userEvent.upload(chooser, new File(['x'], 'new.png', { type: 'image/png' }));
  const tried = page.getByRole('list', { name: 'Images tried' });
  await expect.element(tried).toHaveTextContent(/new\.png.*clean\d+\.\d %/);
  trainer.failNext('predict', 'bad-image', 'Expected an image; got text.');
  await userEvent.upload(chooser, new File(['x'], 'odd.png', { type: 'image/png' }));
  await expect.element(tried).toHaveTextContent('Expected an image; got text.');
  await userEvent.click(page.getByRole('button', { name: 'Remove odd.png' }));
  await expect.element(tried).not.toHaveTextContent('odd.png');
});

test('a run without scales says so', async () => {
  await trained('linear');
  await open('Scales');
  await expect.element(page.getByText('This run has no scales')).toBeVisible();
});

test('Export says what is missing', async () => {
  await page.viewport(1440, 900);
  await renderStudio();
  await open('Export');
  await expect.element(page.getByRole('button', { name: 'Download' })).toBeDisabled();
  await expect.element(page.getByText(/Needs a finished run/)).toBeVisible();
});

test('a zip is written once for every format, and says how it was tried', async () => {
  const { trainer } = await trained();
  await open('Export');
  const download = page.getByRole('button', { name: 'Download' });
  await userEvent.click(download);
  await expect.element(page.getByText(/san-model-studio\.zip, 3 B/)).toBeVisible();
  await expect
    .element(page.getByRole('list', { name: 'Opened again' }))
    .toHaveTextContent(
      /adapter\.safetensors, opened again, names the same class for all \d+ of your images; .* 0\.0000024 off, where 0\.001 is allowed/,
    );
  await userEvent.click(page.getByRole('radio', { name: 'ONNX' }));
  await expect.element(page.getByRole('list', { name: 'Opened again' })).not.toBeInTheDocument();
  await userEvent.click(download);
  await expect.element(page.getByText(/san-model-onnx\.zip, 3 B/)).toBeVisible();
  await userEvent.click(download);
  await userEvent.click(page.getByRole('radio', { name: 'SAN Studio and timm' }));
  await userEvent.click(download);
  const asked = trainer.requests.filter(({ type }) => type === 'model.export');
  expect(asked.map(({ args }) => 'format' in args && args.format)).toEqual(['studio', 'onnx']);
});

test('each format shows what it holds and the lines that use it, to be copied', async () => {
  await trained();
  await open('Export');
  const lines = page.getByRole('region', { name: 'Lines that use it' });
  await expect.element(lines).toHaveTextContent('Python, with timm');
  await userEvent.click(page.getByRole('radio', { name: 'ONNX' }));
  await expect.element(page.getByLabelText('What is in the zip')).toHaveTextContent('model.onnx');
  await userEvent.click(page.getByRole('tab', { name: 'JavaScript, with ONNX Runtime Web' }));
  await expect.element(lines).toHaveTextContent('const a = 1;');
  const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  await userEvent.click(page.getByRole('button', { name: 'Copy the lines' }));
  await expect.element(page.getByText('Copied.')).toBeVisible();
  expect(written).toHaveBeenCalledWith('const a = 1;');
});

test('an export that fails says why, and can be asked for again', async () => {
  const { trainer } = await trained();
  await open('Export');
  const download = page.getByRole('button', { name: 'Download' });
  trainer.failNext('model.export', 'mismatch', 'Opened again, "model.onnx" is too far off.');
  await userEvent.click(download);
  await expect.element(page.getByRole('alert')).toHaveTextContent('is too far off');
  await userEvent.click(download);
  await expect.element(page.getByText(/san-model-studio\.zip, 3 B/)).toBeVisible();
});

test('an adapter opens and stands ready; a bad one says why', async () => {
  await page.viewport(1440, 900);
  const { trainer } = await renderStudio();
  await open('Export');
  const chooser = page.getByLabelText('Adapter or zip');
  trainer.failNext('model.import', 'bad-file', 'Expected safetensors or a zip; got a picture.');
  await userEvent.upload(chooser, new File(['x'], 'cat.png'));
  await expect.element(page.getByRole('alert')).toHaveTextContent('got a picture');
  await userEvent.upload(chooser, new File(['x'], 'adapter.safetensors'));
  await expect
    .element(page.getByRole('region', { name: 'Opened model' }))
    .toHaveTextContent('clean, adapter.safetensors');
  await expect.element(page.getByText(/^Its run did not come along/)).toBeVisible();
  await userEvent.click(page.getByRole('button', { name: 'Try it on an image' }));
  await expect.element(page.getByText('The adapter you opened now answers below.')).toBeVisible();
});

test('a failed run says why and leaves the last results', async () => {
  const { studio, trainer } = await trained();
  trainer.failNext('run.start', 'out-of-memory', 'The device has no room for a batch of 32.');
  await studio.startRun();
  await open('Live');
  await expect.element(page.getByRole('tabpanel').getByRole('alert')).toHaveTextContent('no room');
  await open('Results');
  await expect.element(page.getByText(/validation images\. The range/)).toBeVisible();
});
