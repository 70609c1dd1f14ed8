import { useState } from 'react';
import { countOf } from '../../lib/format.ts';
import { findMethod } from '../../stores/catalog.ts';
import type { ConfigState } from '../../stores/config.ts';
import { missingFrom } from '../../stores/dataset-contents.ts';
import { isRunning } from '../../stores/run.ts';
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

function ImagesStep() {
  const [open, setOpen] = useState(true);
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
  const [open, setOpen] = useState(true);
  const missing = useMissing();
  const running = useRun((state) => isRunning(state.phase));
  const finished = useRun((state) => state.phase === 'finished');
  const answer = running ? 'Running' : (missing ?? (finished ? 'Finished' : 'Ready'));
  return (
    <StepCard
      number={4}
      title="Train"
      answer={answer}
      done={finished}
      open={open}
      onOpenChange={setOpen}
    >
      <TrainPanel />
    </StepCard>
  );
}
