import type { Linter } from 'eslint';

export const importRules: {
  readonly settings: Record<string, unknown>;
  readonly rules: Linter.RulesRecord;
};
