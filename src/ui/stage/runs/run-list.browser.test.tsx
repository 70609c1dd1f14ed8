import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { renderStudio } from '../../../testing/render-studio.tsx';

/** A page with a run of SAN and then one of a linear probe, on its Runs tab. */
async function twoRuns() {
  await page.viewport(1440, 900);
  const rendered = await renderStudio();
  const { studio } = rendered;
  await studio.dataset.getState().loadDemo('surface', 1, 20);
  await studio.config
    .getState()
    .loadBackbone({ kind: 'bundled', name: 'vit_tiny6_patch16_128' }, '');
  studio.config.getState().setTraining('epochs', 3);
  for (const method of ['san', 'linear']) {
    studio.config.getState().chooseMethod(method);
    await studio.startRun();
    await expect.poll(() => studio.run.getState().phase, { timeout: 60_000 }).toBe('finished');
  }
  await userEvent.click(page.getByRole('tab', { name: 'Runs' }));
  return rendered;
}

const rows = () => page.getByRole('table', { name: 'Your runs' }).getByRole('row');
const button = (name: RegExp) => page.getByRole('button', { name });

test('runs are listed with the newest first, in numbers with units', async () => {
  await twoRuns();
  await expect.poll(() => rows().elements().length).toBe(3);
  await expect.element(rows().nth(1)).toHaveTextContent(/Linear probe/);
  await expect
    .element(rows().nth(2))
    .toHaveTextContent(
      /SAN · ViT-Tiny\/16, 6 blocks · seed 1.*\d+\.\d %between \d+ and \d+ %.*3 of 3.*28 s/,
    );
});

test('a run is renamed by key, and Escape leaves its name', async () => {
  const { studio } = await twoRuns();
  const names = () => studio.run.getState().finished.map(({ name }) => name);
  const [, before] = names();
  await userEvent.click(button(/^Rename run .*Linear probe/));
  await userEvent.keyboard('never{Escape}');
  expect(names()[1]).toBe(before);
  await expect.poll(() => document.activeElement?.getAttribute('aria-label')).toMatch(/^Rename/);
  await userEvent.keyboard('{Enter}');
  await userEvent.clear(page.getByRole('textbox', { name: /^New name of run/ }));
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('alert')).toHaveTextContent('A run needs a name');
  await userEvent.keyboard('The mark to beat{Enter}');
  await expect.element(rows().nth(1)).toHaveTextContent('The mark to beat');
});

test('an earlier run is opened again, and the list says which is open', async () => {
  const { studio } = await twoRuns();
  const [first] = studio.run.getState().finished;
  await expect.element(rows().nth(1)).toHaveTextContent('Open now');
  await userEvent.click(button(/^Open run .*SAN/));
  await expect.poll(() => studio.run.getState().opened).toBe(first?.start.runId);
  await expect.element(rows().nth(2)).toHaveAttribute('aria-current', 'true');
  await expect.poll(() => studio.app.getState().announcement).toBe(`Run ${first?.name} is open.`);
  await userEvent.click(page.getByRole('tab', { name: 'Results' }));
  await expect.element(page.getByRole('heading', { name: /^SAN · ViT/ })).toBeVisible();
});

test('a run whose model was not kept says why it cannot be opened', async () => {
  const { studio } = await twoRuns();
  const { finished } = studio.run.getState();
  studio.run.setState({ finished: finished.map((run, at) => ({ ...run, kept: at > 0 })) });
  await expect.element(button(/^Open run .*SAN/)).toBeDisabled();
  await expect
    .element(button(/^Open run .*SAN/))
    .toHaveAccessibleDescription(
      'There was no room to keep its model: it can be compared, not opened.',
    );
  await expect.element(button(/^Export run .*SAN/)).toBeDisabled();
});

test('exporting a run opens it and goes to its files', async () => {
  const { studio } = await twoRuns();
  const [first] = studio.run.getState().finished;
  await userEvent.click(button(/^Export run .*SAN/));
  await expect.element(page.getByRole('button', { name: 'Download' })).toBeEnabled();
  expect(studio.run.getState().opened).toBe(first?.start.runId);
});

test('a run is deleted only after a yes', async () => {
  await twoRuns();
  await userEvent.click(button(/^Delete run .*SAN/));
  await expect.element(page.getByRole('dialog')).toHaveTextContent('This cannot be undone.');
  await userEvent.click(page.getByRole('button', { name: 'Cancel' }));
  await expect.poll(() => rows().elements().length).toBe(3);
  await userEvent.click(button(/^Delete run .*SAN/));
  await userEvent.click(page.getByRole('button', { name: 'Delete it' }));
  await expect.poll(() => rows().elements().length).toBe(2);
});

test('two runs are laid over each other, with what differs in setting and in images', async () => {
  await twoRuns();
  const card = page.getByRole('region', { name: 'Compare two runs' });
  await expect.element(card).toHaveTextContent(/Both were judged by the same 20 images\./);
  await expect
    .element(card.getByRole('row', { name: /^Method/ }))
    .toHaveTextContent('MethodSANLinear probe');
  const only = card.getByRole('region', { name: 'Right in the first run only' });
  const count = Number(/: (\d+) image/.exec(only.element().textContent)?.[1]);
  expect(only.getByRole('listitem').elements()).toHaveLength(count);
  await expect
    .element(page.getByRole('img', { name: /^Validation accuracy by epoch/ }))
    .toHaveAccessibleName(/SAN.*%.*Linear probe.*%/);
  await userEvent.click(card.getByRole('combobox', { name: 'Second run' }));
  await userEvent.click(page.getByRole('option', { name: /SAN/ }));
  await expect.element(card).toHaveTextContent('one and the same run');
});
