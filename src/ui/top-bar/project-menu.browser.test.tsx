import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { ProjectIndex } from '../../projects/project-index.ts';
import type { Studio } from '../../stores/studio.ts';
import { renderStudio } from '../../testing/render-studio.tsx';

const NAME = 'project-menu-test';
let studio: Studio | null = null;

afterEach(async () => {
  await studio?.project.getState().close();
  indexedDB.deleteDatabase(NAME);
});

const trigger = () => page.getByRole('button', { name: /^Project: / });

async function openPage(width = 1440) {
  await page.viewport(width, 900);
  const index = await ProjectIndex.open(NAME);
  const go = vi.fn();
  const place = { wanted: null, go, endWorker: vi.fn() };
  const projects = { openIndex: () => Promise.resolve(index), ...place };
  const rendered = await renderStudio({ tick: 5 }, { projects });
  studio = rendered.studio;
  await expect.element(trigger()).toBeEnabled();
  return { ...rendered, index, go };
}

test('the project is renamed by key, and a refused name says why', async () => {
  await openPage();
  trigger().element().focus();
  await userEvent.keyboard('{Enter}');
  await userEvent.click(page.getByRole('menuitem', { name: 'Rename…' }));
  await userEvent.fill(page.getByRole('textbox', { name: 'Name of the project' }), ' ');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('alert')).toHaveTextContent('A project needs a name.');
  await userEvent.fill(page.getByRole('textbox', { name: 'Name of the project' }), 'Leaves');
  await userEvent.keyboard('{Enter}');
  await expect.element(trigger()).toHaveTextContent('Leaves');
});

test('what could not be kept is marked until it is', async () => {
  const { index, studio } = await openPage();
  await studio.project.getState().reopened();
  vi.spyOn(index, 'save').mockRejectedValueOnce(new DOMException('full', 'QuotaExceededError'));
  studio.dataset.getState().createClass('elm');
  await expect.element(trigger()).toHaveTextContent('not kept');
  studio.dataset.getState().createClass('oak');
  await expect.element(trigger()).not.toHaveTextContent('not kept');
});

test('leaving during a training is asked about first', async () => {
  const { studio, index, go } = await openPage();
  await index.add({ id: 'b', name: 'Birds', changedAt: 1 }, {});
  await studio.tryDemo();
  await userEvent.click(trigger());
  await userEvent.click(page.getByRole('menuitemcheckbox', { name: 'Birds' }));
  const question = page.getByRole('dialog', { name: 'End the training?' });
  await userEvent.click(question.getByRole('button', { name: 'Cancel' }));
  expect(go).not.toHaveBeenCalled();
  await userEvent.click(trigger());
  await userEvent.click(page.getByRole('menuitemcheckbox', { name: 'Birds' }));
  await userEvent.click(question.getByRole('button', { name: 'End it' }));
  await expect.poll(() => go.mock.calls).toEqual([['b']]);
  await studio.run.getState().stop();
});

test.each([390, 768, 1440])('the open menu is no wider than a page of %i px', async (width) => {
  await openPage(width);
  await userEvent.click(trigger());
  const menu = page.getByRole('menu').element().getBoundingClientRect();
  expect(menu.left).toBeGreaterThanOrEqual(0);
  expect(menu.right).toBeLessThanOrEqual(width);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  await userEvent.keyboard('{Escape}');
});
