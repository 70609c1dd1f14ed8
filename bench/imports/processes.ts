/** The memory that a browser's processes take, as Linux counts it. */
import { readdir, readFile } from 'node:fs/promises';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Bytes by the kind of process ("browser", "renderer", "gpu-process" …); shared pages in equal parts. */
export type HeldByKind = ReadonlyMap<string, number>;

/** All processes of the browser that was started with this word. */
export async function browserMemory(word: string): Promise<HeldByKind> {
  const held = new Map<string, number>();
  for (const { pid, command } of familyOf(await processes(), word)) {
    const kind = /--type=([\w-]+)/.exec(command)?.[1] ?? 'browser';
    held.set(kind, (held.get(kind) ?? 0) + (await bytesOf(pid)));
  }
  return held;
}

/** The process that was started with the word, and whatever came of it. */
function familyOf(all: readonly Process[], word: string): readonly Process[] {
  const family = new Set(all.filter(({ command }) => command.includes(word)));
  for (let size = -1; size < family.size;) {
    size = family.size;
    const pids = new Set([...family].map(({ pid }) => pid));
    for (const process of all) if (pids.has(process.parent)) family.add(process);
  }
  return [...family];
}

async function processes(): Promise<Process[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const found = await Promise.all(pids.map(processOf));
  return found.flatMap((process) => process ?? []);
}

/** Null where it has ended meanwhile. */
async function processOf(pid: number): Promise<Process | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0);
    return { pid, parent, command: command.replaceAll('\0', ' ') };
  } catch {
    return null;
  }
}

async function bytesOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return 1024 * Number(/^Pss:\s*(\d+)/m.exec(text)?.[1] ?? 0);
}
