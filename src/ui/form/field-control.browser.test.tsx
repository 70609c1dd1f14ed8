import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { renderStudio } from '../../testing/render-studio.tsx';

const help = () => page.getByText(/^Shows each image a little different/).last();
const choice = () => page.getByRole('combobox', { name: 'Augmentation' });
const list = () => page.getByRole('listbox');

async function openTraining(): Promise<void> {
  await page.viewport(1440, 900);
  await renderStudio();
  await expect.element(choice()).toBeVisible();
}

test('an explanation stands beside the field that has the focus, until Escape', async () => {
  await openTraining();
  choice().element().focus();
  await expect.element(help()).toHaveAttribute('data-side');
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => document.querySelector('[data-side]')).toBeNull();
});

test.each(['a press', 'a key'])('a list opened by %s closes on Escape', async (way) => {
  await openTraining();
  if (way === 'a press') await userEvent.click(choice());
  else {
    choice().element().focus();
    await userEvent.keyboard('{Enter}');
  }
  await expect.element(list()).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(list()).not.toBeInTheDocument();
  await expect.element(choice()).toHaveFocus();
});
