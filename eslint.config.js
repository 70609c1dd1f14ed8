import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import { importRules } from './scripts/import-rules.js';

const typescript = '**/*.{ts,tsx}';
const plain = '**/*.{js,mjs}';

export default defineConfig(
  globalIgnores(['dist', 'artifacts', 'coverage', 'playwright-report', 'test-results', '.tmp']),
  // AssemblyScript: its own compiler reads it, with types that TypeScript does not have.
  globalIgnores(['src/engine/kernels/wasm/assembly']),
  js.configs.recommended,

  {
    files: [typescript],
    extends: [ts.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // An index inside the bounds of its own loop needs no test; `!` says so.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // A store's actions are taken out of its state one by one; none of them uses `this`.
      '@typescript-eslint/unbound-method': 'off',
      // A generic method whose parameter ties arguments to results is the protocol's own form.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },

  { files: [plain], languageOptions: { globals: globals.node } },

  {
    files: [typescript, plain],
    rules: {
      eqeqeq: 'error',
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } },
      ],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Tools ask for a default export in their configuration.
    files: ['*.config.{js,ts}'],
    rules: { 'no-restricted-exports': 'off' },
  },
  {
    // A table of one contract, a shader string and a list of cases are read in one piece.
    files: ['src/protocol.ts', 'src/engine/kernels/**', '**/*.test.{ts,tsx}', 'e2e/**'],
    rules: { 'max-lines': 'off' },
  },

  {
    files: ['src/{ui,stores,testing}/**/*.{ts,tsx}', 'src/main.tsx'],
    extends: [reactHooks.configs.flat.recommended, jsxA11y.flatConfigs.recommended],
    // Nothing is compiled by the React compiler, so what it would skip is no matter.
    rules: { 'react-hooks/incompatible-library': 'off' },
  },

  {
    files: [typescript, plain],
    plugins: { boundaries },
    settings: importRules.settings,
    rules: importRules.rules,
  },
);
