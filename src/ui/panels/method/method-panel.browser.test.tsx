import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { renderStudio } from '../../../testing/render-studio.tsx';

const radio = (name: string) => page.getByRole('radio', { name, exact: true });
const step = () => page.getByRole('button', { name: /^Method/ });
const unfold = () => userEvent.click(page.getByRole('button', { name: /^More methods/ }));

test('the common methods are in sight, the first chosen, and the rest are one press away', async () => {
  await page.viewport(1440, 900);
  await renderStudio();
  await userEvent.click(step());
  await expect.element(radio('SAN')).toBeChecked();
  await expect.element(radio('Linear probe')).toBeVisible();
  await expect.element(radio('BitFit')).not.toBeInTheDocument();
  await unfold();
  await userEvent.click(radio('BitFit'));
  await expect.element(step()).toHaveTextContent('BitFit');
});

test('a chosen method is in sight when the step is opened again', async () => {
  await page.viewport(1440, 900);
  await renderStudio();
  await userEvent.click(step());
  await unfold();
  await userEvent.click(radio('BitFit'));
  await userEvent.click(step());
  await userEvent.click(step());
  await expect.element(radio('BitFit')).toBeChecked();
  await expect
    .element(page.getByRole('button', { name: 'More methods (2) · chosen: BitFit' }))
    .toBeVisible();
});

test('a method that the backbone refuses says why and cannot be chosen', async () => {
  await page.viewport(1440, 900);
  const { studio } = await renderStudio();
  await studio.config.getState().loadBackbone({ kind: 'bundled', name: 'resnet10_128' }, '');
  await userEvent.click(step());
  await unfold();
  await expect.element(radio('Prompts')).toBeDisabled();
  await expect
    .element(radio('Prompts'))
    .toHaveAccessibleDescription(/this one is made of convolutions\.$/);
});
