/** What a step of the test run found, counted from the reports the tools wrote themselves. */
export interface StepResult {
  readonly passed: number;
  readonly skipped: number;
  /** A line for each failure: where and what. */
  readonly failures: readonly string[];
}

/** A step that is one check as a whole: type check, lint, build. */
export function countCheck(name: string, exitCode: number): StepResult {
  if (exitCode === 0) return { passed: 1, skipped: 0, failures: [] };
  return { passed: 0, skipped: 0, failures: [`${name}: ended with code ${exitCode}`] };
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
    }[];
  }[];
}

/** Counts a report of vitest's json reporter. A file that could not be loaded is a failure of its own. */
export function countVitest(report: VitestReport): StepResult {
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({ ...test, file: file.name })),
  );
  const broken = report.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    skipped: tests.filter((test) => !['passed', 'failed'].includes(test.status)).length,
    failures: [
      ...tests
        .filter((test) => test.status === 'failed')
        .map((test) => `${test.file}: ${test.fullName}`),
      ...broken.map((file) => `${file.name}: ${firstLine(file.message)}`),
    ],
  };
}

interface PlaywrightSuite {
  readonly title: string;
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs: readonly {
    readonly title: string;
    readonly file: string;
    readonly tests: readonly { readonly status: string }[];
  }[];
}

interface PlaywrightReport {
  readonly suites: readonly PlaywrightSuite[];
  readonly errors: readonly { readonly message?: string }[];
}

/** Counts a report of Playwright's json reporter. A journey that passed only when tried again has failed. */
export function countPlaywright(report: PlaywrightReport): StepResult {
  const tests = report.suites
    .flatMap(specsOf)
    .flatMap((spec) => spec.tests.map(({ status }) => ({ status, spec })));
  const failed = tests.filter(({ status }) => status === 'unexpected' || status === 'flaky');
  return {
    passed: tests.filter(({ status }) => status === 'expected').length,
    skipped: tests.filter(({ status }) => status === 'skipped').length,
    failures: [
      ...failed.map(({ spec }) => `${spec.file}: ${spec.title}`),
      ...report.errors.map((error) => firstLine(error.message ?? 'unknown error')),
    ],
  };
}

function specsOf(suite: PlaywrightSuite): PlaywrightSuite['specs'] {
  return [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)];
}

/**
 * The step as it counts: where the tool ended badly without naming a failure (an error
 * outside every test, a report never written, the time limit), that is one.
 */
export function withExitCode(name: string, result: StepResult, exitCode: number): StepResult {
  if (exitCode === 0 || result.failures.length > 0) return result;
  return { ...result, failures: [`${name}: ended with code ${exitCode} outside every test`] };
}

/** The last line of a test run: "12 passed, 0 failed, 1 skipped". */
export function summarize(results: readonly StepResult[]): string {
  const sum = (count: (result: StepResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  const skipped = sum((result) => result.skipped);
  const line = `${sum((result) => result.passed)} passed, ${sum((result) => result.failures.length)} failed`;
  return skipped > 0 ? `${line}, ${skipped} skipped` : line;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
