import { useId, useState } from 'react';
import { formatBytes } from '../../../lib/format.ts';
import { Button } from '../../components/button.tsx';
import { Select } from '../../components/select.tsx';
import { useCatalog, useConfig } from '../../studio-context.ts';
import { repositoryOf } from './repository.ts';
import styles from './backbone-panel.module.css';

/** A repository from the catalog or by name; says whom it contacts before it does. */
export function HubForm({ disabled }: { readonly disabled: boolean }) {
  const id = useId();
  const cards = useCatalog((state) => state.hub);
  const loadBackbone = useConfig((state) => state.loadBackbone);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const download = () => {
    const repository = repositoryOf(text);
    if (repository === null) {
      setProblem(`A repository is written owner/name, like timm/resnet18.a1_in1k; got “${text}”.`);
      return;
    }
    void loadBackbone({ kind: 'hub', repository }, `Downloading ${repository}`);
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        download();
      }}
    >
      <Select
        label="Known to work"
        value={cards.some(({ repository }) => repository === text) ? text : ''}
        placeholder="Choose a model"
        disabled={disabled}
        options={cards.map((card) => ({
          value: card.repository,
          label: card.label,
          help: `${card.summary} ${formatBytes(card.bytes)} · ${card.imageSize} px · ${card.licence}`,
        }))}
        onChange={(repository) => {
          setText(repository);
          setProblem(null);
        }}
      />
      <div className={styles.field}>
        <label htmlFor={id}>Or any timm repository</label>
        <div className={styles.row}>
          <input
            id={id}
            className={styles.input}
            value={text}
            placeholder="timm/resnet18.a1_in1k"
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            disabled={disabled}
            aria-invalid={problem !== null}
            onChange={(event) => {
              setText(event.target.value);
              setProblem(null);
            }}
          />
          <Button type="submit" disabled={disabled || text.trim() === ''}>
            Download
          </Button>
        </div>
        {problem !== null && (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
      </div>
      <p className={styles.muted}>
        This contacts huggingface.co to fetch the weights; your images are not sent. The file is
        then kept in this browser and works offline.
      </p>
    </form>
  );
}
