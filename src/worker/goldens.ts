import type { BackendName, GoldenFiles, GoldenMethodReport, GoldenReport } from '../protocol.ts';
import { parseSafetensors, type StateDict } from '../lib/safetensors.ts';
import { EngineError, toFailure } from '../engine/errors.ts';
import { checkGolden, parseGolden, type Golden } from '../engine/goldens.ts';

/** Runs every asked-for method of one golden; one that cannot be run says why instead of numbers. */
export async function checkGoldenFiles(
  { manifest, tensors, methods }: GoldenFiles,
  backend: BackendName,
): Promise<GoldenReport> {
  const inputs = await read(tensors, 'io.safetensors');
  const weights = await read(tensors, 'model.safetensors');
  const golden = parseGolden(await manifest.text(), (name) =>
    name === 'io.safetensors' ? inputs : weights,
  );
  const reports: GoldenMethodReport[] = [];
  for (const name of methods ?? Object.keys(golden.methods)) {
    reports.push(await check(golden, name, tensors));
  }
  return { name: golden.name, backend, methods: reports };
}

async function check(
  golden: Golden,
  name: string,
  tensors: GoldenFiles['tensors'],
): Promise<GoldenMethodReport> {
  try {
    return await checkGolden(golden, name, await read(tensors, `${name}.safetensors`));
  } catch (error) {
    const none = Number.NaN;
    const errors = { logits: none, grad0: none, losses: none, final: none };
    return { name, ...errors, pass: false, problem: toFailure(error).message };
  }
}

async function read(tensors: GoldenFiles['tensors'], name: string): Promise<StateDict> {
  const file = tensors[name];
  if (!file) throw new EngineError('bad-file', `The golden must hold ${name}; it does not.`);
  return parseSafetensors(await file.arrayBuffer()).tensors;
}
