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

function unitTests(project: string): Step {
  const name = `unit tests (${project})`;
  const report = join(reports, `vitest-${project}.json`);
  return {
    name,
    words: [
      'vitest',
      'run',
      '--project',
      project,
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

const steps: readonly Step[] = [
  check('types', 'tsc', '--noEmit'),
  check('lint: eslint', 'eslint', '.'),
  check('lint: knip', 'knip'),
  check('lint: prettier', 'prettier', '--check', '.'),
  unitTests('node'),
  unitTests('browser'),
  check('build', 'vite', 'build', '--logLevel', 'warn'),
  journeys(),
];

/** The tool at work, which leads a process group of its own. */
let running: number | undefined;

/** Runs one tool of the project; resolves with its exit code, 124 where the time was up. */
function runStep(step: Step): Promise<number> {
  const [tool = '', ...words] = step.words;
  const child = spawn(join(projectRoot, 'node_modules', '.bin', tool), words, {
    cwd: projectRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...step.environment },
    shell: process.platform === 'win32',
    detached: process.platform !== 'win32',
  });
  running = child.pid;
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      console.log(`The time is up; "${step.name}" is stopped.`);
      stopTool();
      resolve(124);
    }, deadline - Date.now());
    child.on('error', () => {
      clearTimeout(timer);
      resolve(127);
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });
}

/** Ends the tool at work with everything it started. */
function stopTool(): void {
  if (running === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? running : -running, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopTool();
    process.exit(130);
  });
}

mkdirSync(reports, { recursive: true });
for (const name of ['vitest-node', 'vitest-browser', 'playwright']) {
  rmSync(join(reports, `${name}.json`), { force: true });
}

const chromium = ensureChromium();
if (chromium === null) console.log('There is no Chromium and none could be installed.');
else process.env['CHROMIUM_PATH'] = chromium;

const results: StepResult[] = [];
console.log('\n── known weaknesses');
results.push(audit('known weaknesses'));
for (const step of steps) {
  console.log(`\n── ${step.name}`);
  results.push(step.count(await runStep(step)));
}

const failures = results.flatMap((result) => result.failures);
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((it) => `  ${it}`).join('\n')}`);
console.log(`\n${summarize(results)}`);
process.exitCode = failures.length > 0 ? 1 : 0;
