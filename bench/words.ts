/** How a benchmark's words are read. */
import { parseArgs } from 'node:util';
import { parseCount } from '../cli/arguments.ts';
import { UsageError } from '../cli/usage.ts';

/** Bundled backbones, which every benchmark runs on unless told otherwise. */
export const BUNDLED = ['vit_tiny6_patch16_128', 'resnet10_128'];

/** Values of `--option value` pairs; throws `UsageError` with `usage` where there is another word. */
export function readWords<Option extends string>(
  words: readonly string[],
  options: readonly Option[],
  usage: string,
): Partial<Record<Option, string>> {
  const text = Object.fromEntries(options.map((option) => [option, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ args: [...words], options: text, strict: true });
    const found: Partial<Record<Option, string>> = {};
    for (const option of options) {
      const value = values[option];
      if (typeof value === 'string') found[option] = value;
    }
    return found;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

/** "a,b" as names; all of them where nothing was written. */
export function namesOf(text: string | undefined, all: readonly string[]): readonly string[] {
  return text?.split(',').filter((name) => name !== '') ?? all;
}

export function countOr(option: string, text: string | undefined, initial: number): number {
  return text === undefined ? initial : parseCount(`--${option}`, text);
}
