import { expect, test as base, type Page } from '@playwright/test';
import { makeClassFolders } from './class-folders.ts';
import { choose, download, openStudio, prepareRun, tab, test, train } from './studio.ts';

// The browser complains of what it refuses, as it should.
base('code that comes from text is refused', async ({ page }) => {
  await openStudio(page);
  const outcome = await page.evaluate(async () => {
    const script = document.createElement('script');
    const attempts = [
      () => script.append('window.intruder = "inline"'),
      () => document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="intruder = 1">'),
      // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what is to be refused
      () => new Function('window.intruder = "evaluated"'),
      () => document.body.setAttribute('onclick', 'window.intruder = "handler"'),
      () => new Worker('https://elsewhere.example/worker.js'),
    ];
    // The tool that brings this function may evaluate text; what it leaves behind may not.
    await new Promise((resolve) => setTimeout(resolve, 0));
    const passed = attempts.map((attempt) => {
      try {
        attempt();
        return true;
      } catch {
        return false;
      }
    });
    document.head.append(script);
    document.body.click();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { passed, intruded: 'intruder' in window };
  });
  // A script element takes text like any other; the browser only does not run it.
  expect(outcome).toEqual({ passed: [true, false, false, false, false], intruded: false });
});

for (const host of ['a host that sends headers', 'a host that sends none']) {
  base(`an inline script in the document itself does not run, from ${host}`, async ({ page }) => {
    await page.route('/', async (route) => {
      const answer = await route.fetch();
      const intruder = '<script>window.intruder = true</script></head>';
      const body = (await answer.text()).replace('</head>', intruder);
      const headers = answer.headers();
      if (host.endsWith('none')) delete headers['content-security-policy'];
      await route.fulfill({ response: answer, headers, body });
    });
    const complaint = page.waitForEvent('console', (message) =>
      /inline script/.test(message.text()),
    );
    await openStudio(page);
    await complaint;
    expect(await page.evaluate(() => 'intruder' in window)).toBe(false);
  });
}

base('nothing can be sent to a stranger’s server', async ({ page }) => {
  await openStudio(page);
  const asked: string[] = [];
  await page.context().route(/example\.com/, (route) => {
    asked.push(route.request().url());
    return route.fulfill({ body: 'taken' });
  });
  const answers = await page.evaluate(async () => {
    const address = 'https://example.com/collect';
    const [sent, refused] = [() => 'sent', () => 'refused'];
    const picture = new Promise<string>((resolve) => {
      const image = new Image();
      image.onload = () => resolve('sent');
      image.onerror = () => resolve('refused');
      image.src = address;
    });
    const posted = fetch(address, { method: 'POST', body: 'secret', mode: 'no-cors' });
    return [await posted.then(sent, refused), await picture];
  });
  expect(answers).toEqual(['refused', 'refused']);
  expect(asked).toEqual([]);
});

test('from images to export, nobody is asked but the page’s own server', async ({
  page,
  scratch,
}) => {
  const others = requestsElsewhere(page);
  await makeClassFolders(scratch('textures'), { imagesPerClass: 8, seed: 3 });
  await openStudio(page);
  await choose(page, 'Choose a folder', scratch('textures'));
  await prepareRun(page, { backbone: 'ResNet-10', method: 'SAN · Synapses & Neurons', epochs: 1 });
  await train(page);
  await tab(page, 'Export').click();
  await download(page.getByRole('button', { name: 'Download' }));
  expect(others.asked).toBeGreaterThan(5);
  expect(others.elsewhere).toEqual([]);
});

/** What the page and its workers ask for from now on, and which of it goes to another server. */
function requestsElsewhere(page: Page): { asked: number; readonly elsewhere: string[] } {
  const seen = { asked: 0, elsewhere: [] as string[] };
  page.context().on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol === 'blob:') return;
    seen.asked += 1;
    if (hostname !== 'localhost') seen.elsewhere.push(request.url());
  });
  return seen;
}
