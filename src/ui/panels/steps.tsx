import { useState } from 'react';
import { countOf } from '../../lib/format.ts';
import { findMethod } from '../../stores/catalog.ts';
import type { ConfigState } from '../../stores/config.ts';
import { missingFrom } from '../../stores/dataset-contents.ts';
import { isRunning, type RunStage } from '../../stores/run.ts';
import { useBusy } from '../use-busy.ts';
import { useCatalog, useConfig, useDataset, useRun } from '../studio-context.ts';
import { BackbonePanel } from './backbone/backbone-panel.tsx';
import { ImagesPanel } from './images/images-panel.tsx';
import { MethodPanel } from './method/method-panel.tsx';
import { StepCard } from './step-card.tsx';
import { TrainPanel } from './train/train-panel.tsx';
import { useMissing } from './train/use-missing.ts';

/** The four steps from images to a run. Each shows its answer; none waits for another. */
export function Steps() {
  return (
    <>
      <ImagesStep />
      <BackboneStep />
      <MethodStep />
      <TrainStep />
    </>
  );
}

/** Open at first; folds when a run starts, so that what the run shows has the room. */
function useOpenUntilRun() {
  const running = useRun((state) => isRunning(state.phase));
  const [open, setOpen] = useState(true);
  const [wasRunning, setWasRunning] = useState(running);
  if (running !== wasRunning) {
    setWasRunning(running);
    if (running) setOpen(false);
  }
  return [open, setOpen] as const;
}

function ImagesStep() {
  const [open, setOpen] = useOpenUntilRun();
  const images = useDataset((state) => state.images.size);
  const classes = useDataset((state) => state.classes.length);
  const done = useDataset((state) => missingFrom(state) === null);
  const answer =
    images > 0
      ? `${countOf(images, 'image')}, ${countOf(classes, 'class', 'classes')}`
      : 'What it should learn to tell apart';
  return (
    <StepCard number={1} title="Images" {...{ answer, done, open }} onOpenChange={setOpen}>
      <ImagesPanel />
    </StepCard>
  );
}

function BackboneStep() {
  const [open, setOpen] = useState(false);
  const backbone = useConfig((state) => state.backbone);
  const answer = useConfig(backboneAnswer);
  return (
    <StepCard
      number={2}
      title="Backbone"
      done={backbone !== null}
      {...{ answer, open }}
      onOpenChange={setOpen}
    >
      <BackbonePanel />
    </StepCard>
  );
}

function backboneAnswer({ backbone, loading, backboneProblem }: ConfigState): string {
  if (backbone) return `${backbone.label} · ${backbone.preprocessing.size} px`;
  if (loading) return 'Opening…';
  return backboneProblem === null ? 'None yet' : 'Could not be opened';
}

function MethodStep() {
  const [open, setOpen] = useState(false);
  const catalog = useCatalog((state) => state);
  const chosen = useConfig((state) => state.method);
  const method = findMethod(catalog, chosen);
  return (
    <StepCard
      number={3}
      title="Method"
      answer={method?.label ?? null}
      done={method !== null}
      open={open}
      onOpenChange={setOpen}
    >
      <MethodPanel />
    </StepCard>
  );
}

function TrainStep() {
  const [open, setOpen] = useOpenUntilRun();
  const phase = useRun((state) => state.phase);
  const missing = useMissing();
  const answer = useBusy() ? 'Running' : trainAnswer(phase, missing === null);
  return (
    <StepCard
      number={4}
      title="Train"
      answer={answer}
      done={phase === 'finished'}
      open={open}
      onOpenChange={setOpen}
    >
      <TrainPanel />
    </StepCard>
  );
}

/* What is missing stands beside the Train button, which is always in sight. */
function trainAnswer(phase: RunStage, ready: boolean): string {
  if (phase === 'finished') return 'Finished';
  return ready ? 'Ready' : 'Not ready yet';
}
