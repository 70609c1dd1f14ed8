/** Everything that is checked, in one go: ends with one plain line of counts from the tools' own reports. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { audit } from './audit.ts';
import { ensureChromium } from './install-chromium.ts';
import { projectRoot } from './root.ts';
import {
  countCheck,
  countPlaywright,
  countVitest,
  summarize,
  withExitCode,
} from './test-report.ts';
import type { StepResult } from './test-report.ts';

/** A step still running then hangs: it is stopped and counts as failed. */
const deadline = Date.now() + 45 * 60_000;
const reports = join(projectRoot, 'artifacts');

interface Step {
  readonly name: string;
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly count: (exitCode: number) => StepResult;
}

function check(name: string, ...words: string[]): Step {
  return { name, words, count: (exitCode) => countCheck(name, exitCode) };
}

/** Of all projects of vitest's whose name fits the pattern. */
function unitTests(place: string, projects: string): Step {
  const name = `unit tests (${place})`;
  const report = join(reports, `vitest-${place}.json`);
  return {
    name,
    words: [
      'vitest',
      'run',
      '--project',
      projects,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    count: (exitCode) => counted(name, report, exitCode, countVitest),
  };
}

function journeys(): Step {
  const name = 'journeys';
  const report = join(reports, 'playwright.json');
  return {
    name,
    words: ['playwright', 'test', '--reporter=list,json'],
    environment: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    count: (exitCode) => counted(name, report, exitCode, countPlaywright),
  };
}

function counted<Report>(
  name: string,
  path: string,
  exitCode: number,
  count: (report: Report) => StepResult,
): StepResult {
  if (!existsSync(path)) return countCheck(`${name} (no report was written)`, exitCode || 1);
  // The tool's own format; a report that is none throws and ends the run.
  const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
  return withExitCode(name, count(report), exitCode);
}

/** They run beside the tests in browsers, which mind no other work; what runs in Node waits by spinning. */
const checks: readonly Step[] = [
  check('types', 'tsc', '--noEmit'),
  check('lint: eslint', 'eslint', '.'),
  check('lint: knip', 'knip'),
  check('lint: prettier', 'prettier', '--check', '.'),
];

const inBrowser: readonly Step[] = [
  unitTests('browser', 'browser-*'),
  check('build', 'vite', 'build', '--logLevel', 'warn'),
  journeys(),
];

/** The tools at work, each of which leads a process group of its own. */
const running = new Set<number>();

/** Where a tool's words go: to the terminal as they come, or there once it has ended. */
type Output = 'at once' | 'in the end';

/** Runs one tool of the project; resolves with its exit code, 124 where the time was up. */
function runStep(step: Step, output: Output): Promise<number> {
  const [tool = '', ...words] = step.words;
  const stdio = output === 'at once' ? 'inherit' : 'pipe';
  const child = spawn(join(projectRoot, 'node_modules', '.bin', tool), words, {
    cwd: projectRoot,
    stdio: ['ignore', stdio, stdio],
    env: { ...process.env, ...step.environment },
    shell: process.platform === 'win32',
    detached: process.platform !== 'win32',
  });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  const held: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes: Buffer) => held.push(bytes));
  }
  return new Promise((resolve) => {
    let isLate = false;
    const timer = setTimeout(() => {
      console.log(`The time is up; "${step.name}" is stopped.`);
      isLate = true;
      if (pid !== undefined) stop(pid);
    }, deadline - Date.now());
    const end = (code: number): void => {
      clearTimeout(timer);
      if (pid !== undefined) running.delete(pid);
      const words = Buffer.concat(held).toString();
      if (output === 'in the end') console.log(`\n── ${step.name}\n${words}`);
      resolve(isLate ? 124 : code);
    };
    child.on('error', () => end(127));
    child.on('close', (code) => end(code ?? 1));
  });
}

/** Ends a tool with everything it started. */
function stop(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const pid of running) stop(pid);
    process.exit(130);
  });
}

/** One after the other. */
async function runSteps(steps: readonly Step[], output: Output): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    if (output === 'at once') console.log(`\n── ${step.name}`);
    results.push(step.count(await runStep(step, output)));
  }
  return results;
}

mkdirSync(reports, { recursive: true });
for (const name of ['vitest-node', 'vitest-browser', 'playwright']) {
  rmSync(join(reports, `${name}.json`), { force: true });
}

const chromium = ensureChromium();
if (chromium === null) console.log('There is no Chromium and none could be installed.');
else process.env['CHROMIUM_PATH'] = chromium;

console.log('\n── known weaknesses');
const weaknesses = audit('known weaknesses');
const inNode = await runSteps([unitTests('node', 'node')], 'at once');
const [checked, tested] = await Promise.all([
  runSteps(checks, 'in the end'),
  runSteps(inBrowser, 'at once'),
]);
const results = [weaknesses, ...inNode, ...checked, ...tested];

const failures = results.flatMap((result) => result.failures);
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((it) => `  ${it}`).join('\n')}`);
console.log(`\n${summarize(results)}`);
process.exitCode = failures.length > 0 ? 1 : 0;
