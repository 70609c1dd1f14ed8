import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { renderStudio } from '../../../testing/render-studio.tsx';

async function openHubModels(): Promise<void> {
  await page.viewport(1440, 900);
  await renderStudio({
    device: { memory: { largestTensor: 2 ** 31, allTensors: null, system: 8 * 2 ** 30 } },
  });
  await userEvent.click(page.getByRole('button', { name: /^Backbone/ }));
  await userEvent.click(page.getByRole('button', { name: 'From the Hugging Face Hub' }));
}

const model = (name: string) => page.getByRole('radio', { name, exact: true });

test('a model is found by what it learned from, chosen, and named for the download', async () => {
  await openHubModels();
  await userEvent.fill(page.getByRole('searchbox'), 'imagenet-21k');
  await expect.element(model('ViT-Base/16')).toBeVisible();
  await expect.element(model('ResNet-18')).not.toBeInTheDocument();
  await userEvent.click(model('ViT-Base/16'));
  await expect
    .element(page.getByRole('textbox', { name: 'Repository' }))
    .toHaveValue('timm/vit_base_patch16_224.augreg_in21k');
});

test('a search that finds nothing says so', async () => {
  await openHubModels();
  await userEvent.fill(page.getByRole('searchbox'), 'mobilenet');
  await expect.element(page.getByText('None of them.')).toBeVisible();
});

test('a card says whether training is likely to fit, and explains it when asked', async () => {
  await openHubModels();
  await userEvent.click(
    page.getByRole('button', { name: 'What is “May be tight” for ViT-Base/16?' }),
  );
  const explanation = page.getByRole('dialog');
  await expect.element(explanation).toHaveTextContent('8 take about');
  await expect.element(explanation).toHaveTextContent('These are estimates');
  await expect.element(model('ViT-Base/16')).not.toBeChecked();
  await expect.element(page.getByText('Should fit').first()).toBeVisible();
});
