import { Disclosure } from '../../components/disclosure.tsx';
import { Notice } from '../../components/notice.tsx';
import { useCatalog, useConfig, useStudio } from '../../studio-context.ts';
import { useBusy } from '../../use-busy.ts';
import { DropTarget } from '../drop-target.tsx';
import { TaskProgress } from '../task-progress.tsx';
import { BackboneFacts } from './backbone-facts.tsx';
import { HubForm } from './hub-form.tsx';
import { ModelCards } from './model-cards.tsx';
import { sourceOfFiles } from './source-of-files.ts';
import { WeightsButton } from './weights-button.tsx';
import styles from './backbone-panel.module.css';

export function BackbonePanel() {
  const { config, app } = useStudio();
  const problem = useConfig((state) => state.backboneProblem);
  const dismiss = useConfig((state) => state.dismissBackboneProblem);
  const loading = useConfig((state) => state.loading);
  const running = useBusy();
  const open = (files: readonly File[]) => {
    const source = sourceOfFiles(files);
    if (typeof source === 'string') app.getState().fail(new Error(source));
    else if (!running) void config.getState().loadBackbone(source, `Opening ${source.name}`);
  };
  return (
    <DropTarget
      className={styles.panel}
      hint="Drop a .safetensors file"
      onDrop={(transfer) => open([...transfer.files])}
    >
      <p className={styles.muted}>
        The pretrained network that already knows how to see. Its own weights stay as they are
        unless the method says otherwise.
      </p>
      <Bundled disabled={running} />
      {loading && <TaskProgress task={loading} />}
      {problem !== null && (
        <Notice tone="error" title="The backbone could not be opened" onDismiss={dismiss}>
          {problem}
        </Notice>
      )}
      <BackboneFacts />
      <Disclosure label="Your own weights file">
        <div className={styles.panel}>
          <p className={styles.muted}>
            A .safetensors file from timm or from Hugging Face Transformers, alone or together with
            its config.json and preprocessor_config.json. Drop it anywhere on this card.
          </p>
          <WeightsButton disabled={running} onFiles={open} />
        </div>
      </Disclosure>
      <Disclosure label="From the Hugging Face Hub">
        <HubForm disabled={running} />
      </Disclosure>
    </DropTarget>
  );
}

function Bundled({ disabled }: { readonly disabled: boolean }) {
  const cards = useCatalog((state) => state.bundled);
  const loadBackbone = useConfig((state) => state.loadBackbone);
  const chosen = useConfig(({ backbone }) =>
    backbone?.origin.kind === 'bundled' ? backbone.origin.name : '',
  );
  const choose = (name: string) => {
    const card = cards.find((candidate) => candidate.name === name);
    if (card) void loadBackbone({ kind: 'bundled', name }, `Opening ${card.label}`);
  };
  return (
    <ModelCards
      label="Bundled backbones"
      cards={cards}
      value={chosen}
      disabled={disabled}
      onChange={choose}
    />
  );
}
