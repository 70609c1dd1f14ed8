import type { MethodInfo } from '../../../protocol.ts';
import type { FinishedRun } from '../../../stores/runs.ts';

/** "3 · SAN with shifts": numbered in the order they were run, since two may bear one name. */
export function numberedName({ start, name }: FinishedRun): string {
  return `${start.runId} · ${name}`;
}

export function methodLabel(name: string, methods: readonly MethodInfo[]): string {
  return methods.find((method) => method.name === name)?.label ?? name;
}
