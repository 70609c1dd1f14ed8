import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ESLint } from 'eslint';
import boundaries from 'eslint-plugin-boundaries';
import ts from 'typescript-eslint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importRules } from './import-rules.js';

/** A house of empty files, so that the rules are tried without leaning on what the real one holds today. */
const house = [
  'src/main.tsx',
  'src/protocol.ts',
  'src/lib/rng.ts',
  'src/engine/errors.ts',
  'src/engine/params.ts',
  'src/engine/backend.ts',
  'src/engine/kernels/gelu.ts',
  'src/engine/ops/gelu.ts',
  'src/engine/backbones/contract.ts',
  'src/engine/backbones/registry.ts',
  'src/engine/backbones/vit.ts',
  'src/engine/backbones/resnet.ts',
  'src/engine/peft/contract.ts',
  'src/engine/peft/san.ts',
  'src/engine/peft/linear.ts',
  'src/engine/train/loop.ts',
  'src/engine/train/loop.test.ts',
  'src/worker/main.ts',
  'src/client/trainer-client.ts',
  'src/stores/run.ts',
  'src/ui/app.tsx',
  'src/testing/allclose.ts',
  'cli/arguments.ts',
  'e2e/demo.spec.ts',
  'scripts/chromium.ts',
];

let root: string;
let eslint: ESLint;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'house-'));
  for (const file of house) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), 'export {};\n');
  }
  eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: {
      files: ['**/*.{ts,tsx}'],
      languageOptions: { parser: ts.parser },
      plugins: { boundaries },
      settings: { ...importRules.settings, 'boundaries/root-path': root },
      rules: importRules.rules,
    },
  });
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

async function complaints(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(root, file) });
  return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

describe('a forbidden import is an error', () => {
  it.each([
    ['src/protocol.ts', `import './lib/rng.ts'`],
    ['src/lib/rng.ts', `import { useState } from 'react'`],
    ['src/lib/rng.ts', `import * as tf from '@tensorflow/tfjs'`],
    ['src/lib/rng.ts', `import type { Field } from '../protocol.ts'`],
    ['src/lib/rng.ts', `import { readFile } from 'node:fs/promises'`],
    ['src/engine/errors.ts', `import { PROTOCOL_VERSION } from '../protocol.ts'`],
    ['src/engine/params.ts', `import './ops/gelu.ts'`],
    ['src/engine/kernels/gelu.ts', `import '../ops/gelu.ts'`],
    ['src/engine/ops/gelu.ts', `import '../backbones/contract.ts'`],
    ['src/engine/backbones/vit.ts', `import './resnet.ts'`],
    ['src/engine/backbones/vit.ts', `import '../peft/san.ts'`],
    ['src/engine/backbones/vit.ts', `import '../peft/contract.ts'`],
    ['src/engine/backbones/vit.ts', `import '../kernels/gelu.ts'`],
    ['src/engine/peft/san.ts', `import './linear.ts'`],
    ['src/engine/peft/san.ts', `import '../backbones/vit.ts'`],
    ['src/engine/peft/san.ts', `import '../train/loop.ts'`],
    ['src/engine/train/loop.ts', `import '../backbones/vit.ts'`],
    ['src/engine/train/loop.ts', `import '../peft/san.ts'`],
    ['src/engine/train/loop.ts', `import { PROTOCOL_VERSION } from '../../protocol.ts'`],
    ['src/engine/train/loop.ts', `import '../../worker/main.ts'`],
    ['src/engine/train/loop.ts', `import { useState } from 'react'`],
    ['src/engine/train/loop.ts', `import '../../testing/allclose.ts'`],
    ['src/engine/train/loop.ts', `import './loop.test.ts'`],
    ['src/worker/main.ts', `import '../client/trainer-client.ts'`],
    ['src/worker/main.ts', `import '../ui/app.tsx'`],
    ['src/client/trainer-client.ts', `import '../engine/errors.ts'`],
    ['src/stores/run.ts', `import '../engine/errors.ts'`],
    ['src/stores/run.ts', `import { useState } from 'react'`],
    ['src/ui/app.tsx', `import '../client/trainer-client.ts'`],
    ['src/ui/app.tsx', `import { PROTOCOL_VERSION } from '../protocol.ts'`],
    ['src/ui/app.tsx', `import * as tf from '@tensorflow/tfjs'`],
    ['src/ui/app.tsx', `export * from '../engine/errors.ts'`],
    ['src/ui/app.tsx', `const engine = import('../engine/errors.ts')`],
    ['src/main.tsx', `import './engine/errors.ts'`],
    ['e2e/demo.spec.ts', `import '../src/engine/errors.ts'`],
    ['cli/arguments.ts', `import '../src/engine/errors.ts'`],
  ])('%s: %s', async (file, code) => {
    expect(await complaints(file, code)).toEqual(['boundaries/dependencies']);
  });
});

describe('an import the house allows is none', () => {
  it.each([
    ['src/engine/errors.ts', `import type { Failure } from '../protocol.ts'`],
    ['src/engine/kernels/gelu.ts', `import * as tf from '@tensorflow/tfjs'`],
    ['src/engine/ops/gelu.ts', `import '../kernels/gelu.ts'`],
    ['src/engine/backbones/vit.ts', `import './contract.ts'`],
    ['src/engine/backbones/vit.ts', `import '../params.ts'`],
    ['src/engine/backbones/vit.ts', `import type { Tensor } from '@tensorflow/tfjs'`],
    ['src/engine/peft/san.ts', `import './contract.ts'`],
    ['src/engine/train/loop.ts', `import '../backbones/registry.ts'`],
    ['src/engine/train/loop.ts', `import type { RunConfig } from '../../protocol.ts'`],
    ['src/worker/main.ts', `import { PROTOCOL_VERSION } from '../protocol.ts'`],
    ['src/worker/main.ts', `import '../engine/train/loop.ts'`],
    ['src/client/trainer-client.ts', `import type { Command } from '../protocol.ts'`],
    ['src/stores/run.ts', `import { create } from 'zustand'`],
    ['src/stores/run.ts', `import '../client/trainer-client.ts'`],
    ['src/ui/app.tsx', `import type { Field } from '../protocol.ts'`],
    ['src/ui/app.tsx', `import { Tabs } from 'radix-ui'`],
    ['src/ui/app.tsx', `import '../stores/run.ts'`],
    ['src/main.tsx', `import './client/trainer-client.ts'`],
    ['src/engine/train/loop.test.ts', `import '../../testing/allclose.ts'`],
    ['src/engine/train/loop.test.ts', `import { it } from 'vitest'`],
    ['src/testing/allclose.ts', `import '../engine/backend.ts'`],
    ['cli/arguments.ts', `import { parseArgs } from 'node:util'`],
  ])('%s: %s', async (file, code) => {
    expect(await complaints(file, code)).toEqual([]);
  });

  it('but a file outside every room is an error', async () => {
    expect(await complaints('src/other/any.ts', 'export {}')).toEqual([
      'boundaries/no-unknown-files',
    ]);
  });
});

it('the rules are part of the lint that runs', async () => {
  const [result] = await new ESLint().lintText(`import '../engine/errors.ts'`, {
    filePath: 'src/client/trainer-client.ts',
  });
  expect(result?.messages.map((message) => message.ruleId)).toContain('boundaries/dependencies');
}, 60_000);
