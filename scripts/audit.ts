import { spawnSync } from 'node:child_process';
import { projectRoot } from './root.ts';
import type { StepResult } from './test-report.ts';

/** What npm says of known weaknesses; it has either counts or an error. */
export interface AuditReport {
  readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> };
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>;
}

const serious = ['high', 'critical'];

/** A line for every package with a serious known weakness; skipped where the registry does not answer. */
export function countAudit(name: string, report: AuditReport | null): StepResult {
  if (!report?.metadata) return { passed: 0, skipped: 1, failures: [] };
  const failures = Object.entries(report.vulnerabilities ?? {})
    .filter(([, { severity }]) => serious.includes(severity))
    .map(([found, { severity }]) => `${name}: ${found} has a known weakness (${severity})`);
  return { passed: failures.length === 0 ? 1 : 0, skipped: 0, failures };
}

/** Asks the registry for known weaknesses of everything that is installed. */
export function audit(name: string): StepResult {
  const { stdout } = spawnSync('npm', ['audit', '--json'], {
    cwd: projectRoot,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    timeout: 60_000,
  });
  const result = countAudit(name, parseReport(stdout));
  if (result.skipped > 0) console.log('Skipped: the registry did not answer with its advisories.');
  for (const failure of result.failures) console.log(failure);
  return result;
}

function parseReport(text: string): AuditReport | null {
  try {
    // npm's own format.
    return JSON.parse(text) as AuditReport;
  } catch {
    return null;
  }
}
