import type { FinishedRun } from '../../../stores/runs.ts';
import type { MethodInfo } from '../../../protocol.ts';

/** "3 · SAN": numbered in the order they were run. */
export function runName(run: FinishedRun, methods: readonly MethodInfo[]): string {
  return `${run.start.runId} · ${methodLabel(run.start.method, methods)}`;
}

export function methodLabel(name: string, methods: readonly MethodInfo[]): string {
  return methods.find((method) => method.name === name)?.label ?? name;
}
