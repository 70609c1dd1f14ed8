import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { GoldenMethodReport, GoldenReport } from '../src/protocol.ts';
import type { CheckGoldensCall } from './arguments.ts';
import { formatTable, print, tell } from './console.ts';
import { requireFolder } from './folders.ts';
import { RequestError } from './trainer-page.ts';
import type { TrainerPage } from './trainer-page.ts';
import { UsageError } from './usage.ts';

interface Golden {
  readonly folder: string;
  readonly name: string;
  /** Methods the manifest names, narrowed to those asked for. */
  readonly methods: readonly string[];
}

/** Checks the engine against reference numbers; the exit code is 1 where any method is out of tolerance or unknown. */
export async function checkGoldens(
  call: CheckGoldensCall,
  openPage: () => Promise<TrainerPage>,
): Promise<number> {
  const goldens = await findGoldens(call);
  const page = await openPage();
  const { device } = await page.ask('hello', { backend: call.backend });
  const backbones: GoldenReport[] = [];
  for (const golden of goldens) {
    const report = await checkOne(page, golden, device.backend);
    for (const { name, problem } of report.methods) {
      if (problem !== null) tell(`${golden.name}, ${name}: ${problem}`);
    }
    backbones.push(report);
  }
  print(call.json ? JSON.stringify({ backbones: backbones.map(plain) }) : describe(backbones));
  const methods = backbones.flatMap((backbone) => backbone.methods);
  return methods.every((method) => method.pass) ? 0 : 1;
}

/** The goldens in a folder: itself, or its subfolders, in sorted order. */
async function findGoldens(call: CheckGoldensCall): Promise<readonly Golden[]> {
  await requireFolder(call.folder);
  const inside = (await readdir(call.folder)).sort().map((name) => join(call.folder, name));
  const folders = (await hasManifest(call.folder)) ? [call.folder] : inside;
  const goldens: Golden[] = [];
  for (const folder of folders) {
    if (await hasManifest(folder)) goldens.push(await readGolden(folder, call.methods));
  }
  if (goldens.length === 0) {
    throw new UsageError(`"${call.folder}" must hold a manifest.json, or folders that do.`);
  }
  const known = new Set(goldens.flatMap((golden) => golden.methods));
  const unknown = call.methods?.filter((method) => !known.has(method)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`No manifest under "${call.folder}" names: ${unknown.join(', ')}.`);
  }
  return goldens.filter((golden) => golden.methods.length > 0);
}

async function hasManifest(folder: string): Promise<boolean> {
  const found = await stat(join(folder, 'manifest.json')).catch(() => null);
  return found?.isFile() ?? false;
}

async function readGolden(folder: string, wanted: readonly string[] | null): Promise<Golden> {
  const name = basename(resolve(folder));
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  const methods =
    typeof manifest === 'object' && manifest !== null && 'methods' in manifest
      ? manifest.methods
      : null;
  if (typeof methods !== 'object' || methods === null) {
    throw new Error(`"${name}/manifest.json" must have an object "methods".`);
  }
  const all = Object.keys(methods);
  return { folder, name, methods: wanted ? all.filter((it) => wanted.includes(it)) : all };
}

/** A backbone the engine refuses as a whole fails with all its methods, each with the engine's reason. */
async function checkOne(
  page: TrainerPage,
  { folder, name, methods }: Golden,
  backend: GoldenReport['backend'],
): Promise<GoldenReport> {
  const names = (await readdir(folder)).filter((file) => /\.(json|safetensors)$/.test(file));
  const files = names.map((file) => page.files.lend(join(folder, file)));
  try {
    return await page.ask('checkGoldens', { files, methods });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const problem = error.message;
    const failed = { logits: NaN, grad0: NaN, losses: NaN, final: NaN, pass: false, problem };
    return { name, backend, methods: methods.map((method) => ({ name: method, ...failed })) };
  }
}

const plain = ({ name, backend, methods }: GoldenReport) => ({
  name,
  backend,
  methods: methods.map((method: GoldenMethodReport) => ({
    name: method.name,
    logits: method.logits,
    grad0: method.grad0,
    losses: method.losses,
    final: method.final,
    pass: method.pass,
  })),
});

function describe(backbones: readonly GoldenReport[]): string {
  const rows = backbones.flatMap(({ name, methods }) =>
    methods.map((method) => [
      name,
      method.name,
      ...[method.logits, method.grad0, method.losses, method.final].map((error) =>
        error.toExponential(1),
      ),
      method.pass ? 'pass' : 'FAIL',
    ]),
  );
  return formatTable(['backbone', 'method', 'logits', 'grad0', 'losses', 'final', ''], rows);
}
