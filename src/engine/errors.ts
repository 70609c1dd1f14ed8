import type { ErrorCode, Failure } from '../protocol.ts';

/** A failure a person can understand: the code is for programs, the message is a sentence. */
export class EngineError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
  }
}

const OUT_OF_MEMORY = /out of memory|oom|enlarge memory|allocation failed|memory access out of/i;

/** Anything thrown, as what crosses the worker boundary. */
export function toFailure(error: unknown): Failure {
  if (error instanceof EngineError) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  if (OUT_OF_MEMORY.test(message)) return { code: 'out-of-memory', message: outOfMemory(message) };
  return { code: 'internal', message };
}

/** What a person can do where a device has no memory left. */
export function outOfMemory(detail: string): string {
  return `The device has no memory left for this (${detail}). Choose a smaller batch size, a smaller backbone, or a method that trains less.`;
}
