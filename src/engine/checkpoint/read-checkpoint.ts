import { parseSafetensors, type StateDict } from '../../lib/safetensors.ts';
import type { Checkpoint, CheckpointFolder } from './contract.ts';
import { readEpochFile, type EpochStory } from './epoch-file.ts';
import { readStateFile, type StateStory } from './state-file.ts';

/** Of the state files, which are numbered. */
const STATE = /^(\d+)-state$/;

export function stateName(number: number): string {
  return `${number}-state`;
}

/** The newest state that is whole, with all that it names; null where there is none. */
export async function readCheckpoint(folder: CheckpointFolder): Promise<Checkpoint | null> {
  const names = await folder.names();
  const states = names.filter((name) => STATE.test(name)).sort((a, b) => numberOf(b) - numberOf(a));
  const next = Math.max(0, ...names.map((name) => numberOf(name) + 1));
  for (const name of states) {
    const checkpoint = await tryState(folder, name, next);
    if (checkpoint) return checkpoint;
  }
  return null;
}

function numberOf(name: string): number {
  return Number.parseInt(name, 10) || 0;
}

/** Null where the file, or one it names, was being written when the run was interrupted. */
async function tryState(
  folder: CheckpointFolder,
  name: string,
  next: number,
): Promise<Checkpoint | null> {
  try {
    const story = readStateFile(await bytesOf(folder, name));
    return await withFiles(folder, story, next);
  } catch {
    return null;
  }
}

async function withFiles(
  folder: CheckpointFolder,
  story: StateStory,
  next: number,
): Promise<Checkpoint> {
  const { order, state, steps, files } = story;
  const epochs: EpochStory[] = [];
  for (const file of files.epochs.values()) {
    epochs.push(readEpochFile(await bytesOf(folder, file)));
  }
  const weights = new Map<number, StateDict>();
  for (const [epoch, file] of files.weights) {
    weights.set(epoch, parseSafetensors(await bytesOf(folder, file)).tensors);
  }
  return {
    ...{ order, files, next },
    resumption: state && { state: { ...state.learned, best: bestOf(state, weights) }, steps },
    history: {
      steps: [...epochs.flatMap((epoch) => epoch.steps), ...steps],
      epochs: epochs.map(({ record }) => record),
      snapshots: weights,
    },
    frames: [...epochs.flatMap(({ frames }) => frames), ...story.frames],
  };
}

type State = NonNullable<StateStory['state']>;

function bestOf({ best }: State, weights: ReadonlyMap<number, StateDict>) {
  if (!best) return null;
  const trained = weights.get(best.epoch);
  if (!trained) throw new Error(`The weights of epoch ${best.epoch} are not named.`);
  return { ...best, trained };
}

async function bytesOf(folder: CheckpointFolder, name: string): Promise<Uint8Array> {
  const bytes = await folder.read(name);
  if (bytes) return bytes;
  throw new Error(`“${name}” is not there.`);
}
