import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { fakeRace, type FakeRaceEnd } from '../../../testing/fake-race.ts';
import { renderStudio } from '../../../testing/render-studio.tsx';

/** A run of the fake trainer takes long where two slow cores do everything. */
const LONG = { timeout: 60_000 };

const check = (name: string) => page.getByRole('checkbox', { name, exact: true });
const start = () => page.getByRole('button', { name: 'Race', exact: true });

/** A page with images and a backbone, on its Runs tab. */
async function openRuns(width = 1440) {
  await page.viewport(width, 900);
  const rendered = await renderStudio();
  const { studio } = rendered;
  await studio.dataset.getState().loadDemo('surface', 1, 20);
  await studio.config
    .getState()
    .loadBackbone({ kind: 'bundled', name: 'vit_tiny6_patch16_128' }, '');
  await userEvent.click(page.getByRole('tab', { name: 'Runs' }));
  return rendered;
}

/** The same, with a race on it. */
async function raced(end: FakeRaceEnd, width = 1440) {
  const rendered = await openRuns(width);
  const { race, finished } = fakeRace(end);
  rendered.studio.run.setState({ finished });
  rendered.studio.race.setState(race);
  return rendered;
}

const table = () => page.getByRole('table', { name: 'Methods of the race' });
const row = (name: string) => table().getByRole('row', { name: new RegExp(`^${name}`) });

test('methods, runs and tuning are chosen by key, and the number of runs is told', async () => {
  const { studio } = await openRuns();
  check('SAN').element().focus();
  await userEvent.keyboard(' {Tab} ');
  await expect.element(check('Linear probe')).toBeChecked();
  page.getByRole('radio', { name: '3' }).element().focus();
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(page.getByText('8 runs', { exact: true })).toBeVisible();
  await userEvent.click(page.getByRole('switch', { name: /learning rate first/ }));
  await expect.element(page.getByText(/^8 runs, and trials before them/)).toBeVisible();
  expect(studio.race.getState().choice).toEqual({
    methods: ['san', 'linear'],
    seeds: 4,
    tune: true,
  });
});

test('a method that the backbone refuses cannot be chosen and says why', async () => {
  const { studio } = await openRuns();
  await studio.config.getState().loadBackbone({ kind: 'bundled', name: 'resnet10_128' }, '');
  await expect.element(check('Prompts')).toBeDisabled();
  await expect
    .element(check('Prompts'))
    .toHaveAccessibleDescription(/this one is made of convolutions\.$/);
});

test('what is missing stands beside the button that it keeps back', async () => {
  const { studio } = await openRuns();
  studio.race.setState({ missing: () => 'Choose at least two methods.' });
  await expect.element(start()).toBeDisabled();
  await expect.element(start()).toHaveAccessibleDescription('Choose at least two methods.');
});

test('a race under way says which run of how many, and is stopped from here', async () => {
  const { studio } = await raced('racing');
  const stop = vi.fn(() => Promise.resolve());
  studio.race.setState({ stop });
  const card = page.getByRole('region', { name: 'Compare methods' });
  await expect.element(card).toHaveTextContent('Training Linear probe with seed 2');
  await expect.element(card).toHaveTextContent('5 of 12 runs done');
  await expect.element(table()).not.toHaveTextContent('winner');
  await expect
    .element(page.getByRole('button', { name: 'Train', exact: true }))
    .not.toBeInTheDocument();
  await userEvent.click(card.getByRole('button', { name: 'Stop the race' }));
  expect(stop).toHaveBeenCalledOnce();
  await userEvent.click(card.getByRole('button', { name: 'Watch this run live' }));
  expect(studio.app.getState().tab).toBe('live');
});

test('while it looks for learning rates it says how many were tried', async () => {
  const { studio } = await raced('racing');
  const { entries } = studio.race.getState();
  studio.race.setState({
    entries: entries.map((entry) => ({ ...entry, state: 'tuning' })),
    tuning: [0.001, 0.01].map((learningRate) => ({
      method: 'san',
      learningRate,
      accuracy: 0.5,
      loss: 1,
      chosen: false,
    })),
  });
  const card = page.getByRole('region', { name: 'Compare methods' });
  await expect.element(card).toHaveTextContent('2 rates tried, 0 of 12 runs done');
});

test('a race that could not go on says why', async () => {
  const { studio } = await raced('tie');
  const message = 'The graphics device was lost. Reload the page to go on.';
  studio.race.setState({ phase: 'stopped', failure: { code: 'device-lost', message } });
  const card = page.getByRole('region', { name: 'Compare again' });
  await expect.element(card.getByRole('alert')).toHaveTextContent(message);
});

test('a race is run from the choice of its methods to its verdict', async () => {
  const { studio } = await openRuns();
  studio.config.getState().setTraining('epochs', 2);
  await expect.element(start()).toBeDisabled();
  await userEvent.click(check('SAN'));
  await userEvent.click(check('Linear probe'));
  await userEvent.click(page.getByText('2', { exact: true }));
  await userEvent.click(start());
  await expect
    .element(page.getByRole('heading', { name: 'Which method is best?' }), LONG)
    .toBeVisible();
  await expect
    .element(page.getByRole('region', { name: 'Which method is best?' }))
    .toHaveTextContent(/SAN (is better than|leads, but|and Linear probe)/);
  expect(table().getByRole('row').elements()).toHaveLength(3);
  await expect
    .poll(() => page.getByRole('table', { name: 'Your runs' }).getByRole('row').elements().length)
    .toBe(5);
  await expect.element(page.getByRole('button', { name: 'Set up another race' })).toBeVisible();
});

test('a winner beyond chance is marked, alone and in words', async () => {
  await raced('winner');
  await expect.element(row('SAN')).toHaveTextContent(/winner.*\d+\.\d % \(\d+ to \d+ %\)/);
  for (const name of ['Linear probe', 'Full fine-tuning', 'LoRA']) {
    await expect.element(row(name)).toHaveTextContent(/behind the best.*\d+\.\d points/);
  }
  await expect.element(page.getByText(/^SAN is better than every other method here/)).toBeVisible();
});

test('nobody is called a winner where chance explains the lead', async () => {
  await raced('tie');
  await expect.element(row('SAN')).toHaveTextContent('best on average, not beyond chance');
  await expect.element(row('LoRA')).toHaveTextContent('cannot be told apart from the best');
  await expect.element(table()).not.toHaveTextContent('winner');
  await expect
    .element(page.getByText(/^SAN leads, but LoRA.* within what chance explains\./))
    .toBeVisible();
});

test('the runs behind a spread are shown on focus, and the curves say where they end', async () => {
  const { studio } = await raced('winner');
  page
    .getByRole('button', { name: /^Spread of LoRA/ })
    .element()
    .focus();
  const singles = studio.race
    .getState()
    .rows.find(({ method }) => method === 'lora')
    ?.perSeed.map((accuracy) => `${(accuracy * 100).toFixed(1)} %`);
  await expect
    .element(page.getByRole('tooltip'))
    .toHaveTextContent(`Runs of LoRA: ${singles?.join(', ')}`);
  await expect
    .element(page.getByRole('img', { name: /mean of each method’s runs/ }))
    .toHaveAccessibleName(/SAN: \d+\.\d % after epoch 12; .*LoRA: \d+\.\d % after epoch 12/);
});

test('with one run a method, the ranges are said to leave its luck out', async () => {
  const { studio } = await raced('winner');
  const note = page.getByText(/^A range says what other images of the same kind/);
  await expect.element(note).toHaveTextContent('and other seeds would give');
  const { rows } = studio.race.getState();
  studio.race.setState({
    rows: rows.map((one) => ({
      ...one,
      perSeed: one.perSeed.slice(0, 1),
      standardDeviation: null,
    })),
  });
  await expect.element(note).toHaveTextContent('shows only with several runs per method');
});

test('the learning rates that were tried unfold, with the one taken', async () => {
  await raced('winner');
  await userEvent.click(page.getByRole('button', { name: 'How the learning rates were found' }));
  await expect.element(page.getByRole('row', { name: /^SAN 0\.005 taken/ })).toBeVisible();
  await expect
    .element(page.getByRole('row', { name: /^Full fine-tuning 0\.02 failed/ }))
    .toBeVisible();
});

test('the end of a race is announced with its verdict', async () => {
  const { studio } = await raced('racing');
  studio.race.setState(fakeRace('winner').race);
  await expect
    .poll(() => studio.app.getState().announcement)
    .toMatch(/^The race has ended\. SAN is better than every other method/);
});

test('a run of the race that failed says why', async () => {
  const { studio } = await raced('winner');
  const { entries } = studio.race.getState();
  const failure = { code: 'not-finite', message: 'The loss became NaN in step 12.' } as const;
  studio.race.setState({
    entries: entries.map((entry, at) =>
      at === 1 ? { ...entry, state: 'failed', failure } : entry,
    ),
  });
  await expect
    .element(page.getByText('Linear probe, seed 1: The loss became NaN in step 12.'))
    .toBeVisible();
});

test.each([390, 768, 1100])('a finished race is no wider than a page of %i px', async (width) => {
  await raced('winner', width);
  await expect.element(table()).toBeVisible();
  const { scrollWidth, clientWidth } = document.documentElement;
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
});
