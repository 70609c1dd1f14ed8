import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { renderStudio } from '../../../testing/render-studio.tsx';

const png = (path: string) => ({ path, file: new File(['x'], path, { type: 'image/png' }) });

async function withLeaves() {
  await page.viewport(1440, 900);
  const rendered = await renderStudio();
  const paths = ['oak', 'elm'].flatMap((name) => [1, 2, 3].map((i) => `${name}/${i}.png`));
  await rendered.studio.dataset.getState().importFiles(paths.map(png));
  return rendered;
}

const classNames = () => page.getByRole('list', { name: 'Classes' });
const openMenu = (name: string) =>
  userEvent.click(page.getByRole('button', { name: `Change ${name}` }));

test('chosen files become unsorted images, and a folder answers the step', async () => {
  await page.viewport(1440, 900);
  await renderStudio();
  await expect.element(page.getByText('Drop a folder of images here')).toBeVisible();
  await userEvent.upload(page.getByLabelText('Image files'), [
    new File(['x'], 'a.png', { type: 'image/png' }),
    new File(['x'], 'loop.gif', { type: 'image/gif' }),
    new File(['x'], 'notes.txt', { type: 'text/plain' }),
  ]);
  await expect.element(page.getByText('Unsorted')).toBeVisible();
  await expect.element(page.getByText('1 file could not be read')).toBeVisible();
  const animated = page.getByText('1 file is animated: the first frame of it was taken.');
  await expect.element(animated).toBeVisible();
  await userEvent.click(page.getByRole('button', { name: 'Dismiss' }).last());
  await expect.element(animated).not.toBeInTheDocument();
  await userEvent.click(page.getByRole('button', { name: 'Show why' }));
  await expect.element(page.getByRole('dialog')).toHaveTextContent('notes.txt');
});

test('images come in the order of their names, however they were listed', async () => {
  await page.viewport(1440, 900);
  const { studio } = await renderStudio();
  const files = ['10.png', '9.png', '1.png'].map((name) => new File(['x'], name));
  await userEvent.upload(page.getByLabelText('Image files'), files);
  await expect.element(page.getByRole('button', { name: 'Open Unsorted: 3 images' })).toBeVisible();
  const paths = [...studio.dataset.getState().images.values()].map(({ path }) => path);
  expect(paths).toEqual(['1.png', '9.png', '10.png']);
});

test('files dropped on a class are added to it', async () => {
  const { studio } = await withLeaves();
  const transfer = new DataTransfer();
  transfer.items.add(new File(['x'], 'new.png', { type: 'image/png' }));
  const row = page.getByRole('button', { name: 'Open elm: 3 images' });
  row
    .element()
    .dispatchEvent(
      new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }),
    );
  await expect.element(page.getByRole('button', { name: 'Open elm: 4 images' })).toBeVisible();
  expect(studio.dataset.getState().missing()).toBeNull();
});

test('a class is made, renamed and refused a taken name', async () => {
  await withLeaves();
  await userEvent.click(page.getByRole('button', { name: 'Add a class' }));
  await userEvent.keyboard('Birch{Enter}');
  await expect.element(classNames()).toHaveTextContent('Birch');
  await openMenu('Birch');
  await userEvent.click(page.getByRole('menuitem', { name: 'Rename' }));
  await userEvent.fill(page.getByRole('textbox', { name: 'New name of Birch' }), 'Oak');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('alert')).toHaveTextContent('already a class “oak”');
  await userEvent.fill(page.getByRole('textbox', { name: 'New name of Birch' }), 'Maple');
  await userEvent.keyboard('{Enter}');
  await expect.element(classNames()).toHaveTextContent('Maple');
});

test('classes merge into the chosen one', async () => {
  await withLeaves();
  await openMenu('elm');
  await userEvent.click(page.getByRole('menuitem', { name: /Merge/ }));
  await userEvent.click(page.getByRole('button', { name: 'Merge' }));
  await expect.element(page.getByRole('button', { name: 'Open oak: 6 images' })).toBeVisible();
});

test('a deleted class comes back with undo', async () => {
  const { trainer } = await withLeaves();
  await openMenu('oak');
  await userEvent.click(page.getByRole('menuitem', { name: /Delete/ }));
  await expect.element(page.getByText('Deleted “oak” with 3 images.')).toBeVisible();
  await expect.element(classNames()).not.toHaveTextContent('oak');
  await userEvent.click(page.getByRole('button', { name: 'Undo' }));
  await expect.element(classNames()).toHaveTextContent('oak');
  expect(trainer.requests.some(({ type }) => type === 'images.release')).toBe(false);
});

test('images are selected by key, moved, and removed', async () => {
  await withLeaves();
  await userEvent.click(page.getByRole('button', { name: 'Open oak: 3 images' }));
  const grid = page.getByRole('listbox', { name: 'Images of oak' });
  grid.element().focus();
  await userEvent.keyboard(' {Shift>}{ArrowRight}{/Shift}');
  await expect.element(page.getByText('2 images selected')).toBeVisible();
  await userEvent.click(page.getByRole('combobox', { name: 'Move the selected images to' }));
  await userEvent.click(page.getByRole('option', { name: 'elm' }));
  await expect.element(page.getByRole('heading', { name: 'oak · 1 image' })).toBeVisible();
  grid.element().focus();
  await userEvent.keyboard(' {Delete}');
  await expect.element(page.getByRole('heading', { name: 'oak · 0 images' })).toBeVisible();
  await userEvent.keyboard('{Control>}z{/Control}');
  await expect.element(page.getByRole('heading', { name: 'oak · 1 image' })).toBeVisible();
});

test('two thousand images cost only the elements in sight', async () => {
  const { studio } = await withLeaves();
  const many = Array.from({ length: 2000 }, (_, index) => png(`many/${index}.png`));
  await studio.dataset.getState().importFiles(many);
  await userEvent.click(page.getByRole('button', { name: 'Open many: 2,000 images' }));
  await expect.element(page.getByRole('option').first()).toBeVisible();
  expect(document.querySelectorAll('img').length).toBeLessThan(250);
  page.getByRole('listbox', { name: 'Images of many' }).element().focus();
  await userEvent.keyboard('{End}');
  await expect.element(page.getByRole('option', { name: 'many/1999.png' })).toBeVisible();
});
