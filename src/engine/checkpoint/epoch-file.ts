/** What an epoch told, as a file that is written once: its record, its steps, and the scales on its way. */
import {
  parseSafetensors,
  writeSafetensors,
  type StateDict,
  type TensorData,
} from '../../lib/safetensors.ts';
import type { EpochRecord, ScaleFrame, StepRecord } from '../../protocol.ts';
import { EngineError } from '../errors.ts';

export interface EpochStory {
  readonly record: EpochRecord;
  readonly steps: readonly StepRecord[];
  readonly frames: readonly ScaleFrame[];
}

const FRAME = 'scales/';

export function writeEpochFile({ record, steps, frames }: EpochStory): Uint8Array<ArrayBuffer> {
  return writeSafetensors(packFrames(frames), { epoch: JSON.stringify({ record, steps }) });
}

/** @throws EngineError or SafetensorsError where it is no such file */
export function readEpochFile(bytes: Uint8Array): EpochStory {
  const { tensors, metadata } = parseSafetensors(bytes);
  const text = metadata['epoch'];
  if (text === undefined) throw new EngineError('bad-file', 'This file tells of no epoch.');
  // Written by `writeEpochFile` alone, into a folder that nobody else can write.
  const story = JSON.parse(text) as Omit<EpochStory, 'frames'>;
  return { ...story, frames: framesIn(tensors) };
}

export function packFrames(frames: readonly ScaleFrame[]): Map<string, TensorData> {
  return new Map(
    frames.map(({ step, values }) => [`${FRAME}${step}`, { shape: [values.length], data: values }]),
  );
}

/** In the order of their steps. */
export function framesIn(tensors: StateDict): ScaleFrame[] {
  return [...tensors]
    .flatMap(([name, { data }]) =>
      name.startsWith(FRAME) ? [{ step: Number(name.slice(FRAME.length)), values: data }] : [],
    )
    .sort((a, b) => a.step - b.step);
}
