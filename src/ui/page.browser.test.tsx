import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { renderStudio } from '../testing/render-studio.tsx';

const step = (name: string) => page.getByRole('button', { name: new RegExp(`^${name}`) });

test('the demo trains, pauses, goes on and stops', async () => {
  await page.viewport(1440, 900);
  await renderStudio({ tick: 5 });
  await userEvent.click(page.getByRole('button', { name: 'Try the demo' }));
  await userEvent.click(page.getByRole('button', { name: 'Pause' }));
  await expect.element(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await userEvent.click(page.getByRole('button', { name: 'Resume' }));
  await userEvent.click(page.getByRole('button', { name: 'Stop' }));
  await expect.element(page.getByRole('button', { name: 'Train again' })).toBeEnabled();
});

test('Train says what is missing until nothing is', async () => {
  await page.viewport(1440, 900);
  const { studio } = await renderStudio();
  await expect.element(page.getByText('Needs images: at least two classes')).toBeVisible();
  await studio.dataset.getState().loadDemo('leaves', 1, 4);
  await expect.element(page.getByRole('button', { name: /^Train$/ })).toBeEnabled();
});

test('a setting out of range states its rule and keeps Train back', async () => {
  await page.viewport(1440, 900);
  const { studio } = await renderStudio();
  await studio.dataset.getState().loadDemo('leaves', 1, 4);
  await userEvent.click(step('Images'));
  await userEvent.fill(page.getByRole('textbox', { name: 'Epochs' }), '0');
  await expect.element(page.getByRole('alert')).toHaveTextContent('Epochs must be 1 … 300; got 0.');
  await expect.element(page.getByRole('button', { name: /^Train$/ })).toBeDisabled();
  await userEvent.click(page.getByRole('button', { name: 'Back to the suggested values' }));
  await expect.element(page.getByRole('textbox', { name: 'Epochs' })).toHaveValue('20');
});

test('a failed run says why and can be started again', async () => {
  await page.viewport(1440, 900);
  const { studio, trainer } = await renderStudio();
  await studio.dataset.getState().loadDemo('leaves', 1, 4);
  trainer.failNext('run.start', 'out-of-memory', 'The run needs 3 GB; the device gave 2 GB.');
  await userEvent.click(page.getByRole('button', { name: /^Train$/ }));
  await expect.element(page.getByText(/The run needs 3 GB/).first()).toBeVisible();
  await expect.element(page.getByRole('button', { name: /^Train$/ })).toBeEnabled();
});

test('methods and their values come from the catalog', async () => {
  await page.viewport(1440, 900);
  await renderStudio();
  await userEvent.click(step('Method'));
  await userEvent.click(page.getByRole('radio', { name: 'Linear probe' }));
  await expect.element(step('Method')).toHaveTextContent('Linear probe');
  await expect.element(page.getByRole('textbox', { name: 'Learning rate' })).toHaveValue('0.01');
});

test('a backbone opens from a file, and a refused one leaves it open', async () => {
  await page.viewport(1440, 900);
  const { trainer } = await renderStudio();
  await userEvent.click(step('Backbone'));
  await userEvent.click(page.getByRole('button', { name: 'Your own weights file' }));
  const input = page.getByLabelText('Weights file');
  await userEvent.upload(input, new File(['w'], 'mine.safetensors'));
  await expect.element(step('Backbone')).toHaveTextContent('mine.safetensors');
  trainer.failNext('backbone.load', 'bad-file', 'Expected a safetensors header; got 2 bytes.');
  await userEvent.upload(input, new File(['w'], 'bad.safetensors'));
  await expect.element(page.getByRole('alert')).toHaveTextContent('Expected a safetensors header');
  await expect.element(step('Backbone')).toHaveTextContent('mine.safetensors');
});

test('a repository that cannot be one is refused before anything is contacted', async () => {
  await page.viewport(1440, 900);
  const { trainer } = await renderStudio();
  await userEvent.click(step('Backbone'));
  await userEvent.click(page.getByRole('button', { name: 'From the Hugging Face Hub' }));
  await expect.element(page.getByText(/contacts huggingface.co/)).toBeVisible();
  const box = page.getByRole('textbox', { name: 'Repository' });
  await userEvent.fill(box, 'resnet18');
  await userEvent.click(page.getByRole('button', { name: 'Download' }));
  await expect.element(page.getByRole('alert')).toHaveTextContent('got “resnet18”');
  await userEvent.fill(box, 'timm/resnet18.a1_in1k');
  await userEvent.click(page.getByRole('button', { name: 'Download' }));
  await expect.element(step('Backbone')).toHaveTextContent('ResNet-18');
  expect(trainer.requests.at(-1)?.args).toEqual({
    source: { kind: 'hub', repository: 'timm/resnet18.a1_in1k' },
  });
});

test('without a GPU the badge says so and names a way on', async () => {
  await page.viewport(1440, 900);
  await renderStudio({
    device: {
      backend: 'wasm',
      adapter: 'WebAssembly, 2 threads',
      fallbackReason: 'This browser offers no WebGPU.',
    },
  });
  await userEvent.click(page.getByRole('button', { name: /no GPU in use/ }));
  await expect.element(page.getByRole('dialog')).toHaveTextContent('hardware acceleration');
});

test('the theme goes round', async () => {
  await page.viewport(1440, 900);
  await renderStudio();
  const themes = [];
  for (let press = 0; press < 3; press += 1) {
    await userEvent.click(page.getByRole('button', { name: /^Theme/ }));
    themes.push(document.documentElement.dataset['theme']);
  }
  expect(themes).toEqual(['light', 'dark', undefined]);
});

test.each([390, 768, 1100, 1440])('nothing is wider than a page of %i px', async (width) => {
  await page.viewport(width, 844);
  const { studio } = await renderStudio();
  await studio.dataset.getState().loadDemo('surface', 1, 8);
  for (const name of ['Backbone', 'Method']) await userEvent.click(step(name));
  const { scrollWidth, clientWidth } = document.documentElement;
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
});
