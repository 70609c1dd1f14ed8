/** The first words of a project file: what it is, and in which version of the format. */
import { asCount, asText, isObject, type Json } from '../lib/json-fields.ts';
import { ProjectFileError } from './parse-contents.ts';

const FORMAT = 'san-studio-project';
const VERSION = 1;

export interface Manifest {
  readonly format: string;
  readonly version: number;
  readonly name: string;
  /** Runs stand in files of their own, named here. */
  readonly runs: readonly string[];
  readonly contents: unknown;
}

/** Version → what makes the next one of its manifest. A format that changes adds its step here. */
export type Migrations = ReadonlyMap<number, (manifest: Json) => Json>;

const MIGRATIONS: Migrations = new Map();

export function manifestOf(name: string, runs: readonly string[], contents: unknown): Manifest {
  return { format: FORMAT, version: VERSION, name, runs, contents };
}

/**
 * A manifest in the present format, older ones brought up to it step by step.
 * @throws ProjectFileError where it is none, or of a version yet to come
 */
export function parseManifest(
  value: unknown,
  migrations: Migrations = MIGRATIONS,
  present = VERSION,
): Manifest {
  if (!isObject(value) || value['format'] !== FORMAT) {
    throw new ProjectFileError('A project file is a zip that “Save as a file” made; this is none.');
  }
  let manifest: Json = value;
  let version = asCount(value['version']) ?? 0;
  if (version > present) {
    throw new ProjectFileError(
      `This project file has version ${version}; this page reads up to ${present}. Open it in a newer version of the page.`,
    );
  }
  for (; version < present; version += 1) {
    const step = migrations.get(version);
    if (!step) throw new ProjectFileError(`Project files of version ${version} cannot be read.`);
    manifest = step(manifest);
  }
  const { runs, contents } = manifest;
  const named = Array.isArray(runs) ? runs.filter((run) => typeof run === 'string') : [];
  const name = asText(manifest['name']) ?? 'Project';
  return { format: FORMAT, version: present, name, runs: named, contents };
}
