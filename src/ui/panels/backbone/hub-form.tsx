import { useId, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { useCatalog, useConfig } from '../../studio-context.ts';
import { ModelCards } from './model-cards.tsx';
import { repositoryOf } from './repository.ts';
import { searchModels } from './search-models.ts';
import styles from './backbone-panel.module.css';

/** A repository from the catalog or by name; says whom it contacts before it does. */
export function HubForm({ disabled }: { readonly disabled: boolean }) {
  const id = useId();
  const loadBackbone = useConfig((state) => state.loadBackbone);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const change = (repository: string) => {
    setText(repository);
    setProblem(null);
  };
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
      <KnownModels chosen={text} disabled={disabled} onChoose={change} />
      <div className={styles.field}>
        <label htmlFor={id}>Repository</label>
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
            aria-describedby={`${id}-help`}
            onChange={(event) => change(event.target.value)}
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
        <p id={`${id}-help`} className={styles.muted}>
          One of the models above, or any other of the same families, from timm or from Hugging Face
          Transformers, that has a model.safetensors.
        </p>
      </div>
      <p className={styles.muted}>
        This contacts huggingface.co to fetch the weights; your images are not sent. The file is
        then kept in this browser and works offline.
      </p>
    </form>
  );
}

interface KnownModelsProps {
  /** A repository's name, or whatever else was typed. */
  readonly chosen: string;
  readonly disabled: boolean;
  readonly onChoose: (repository: string) => void;
}

function KnownModels({ chosen, disabled, onChoose }: KnownModelsProps) {
  const id = useId();
  const all = useCatalog((state) => state.hub);
  const [query, setQuery] = useState('');
  const cards = searchModels(all, query);
  const named = all.find(({ repository }) => repository === chosen);
  return (
    <div className={styles.field}>
      <label htmlFor={id}>Search {all.length} models known to work</label>
      <input
        id={id}
        type="search"
        className={styles.input}
        value={query}
        placeholder="vit small, convnext, imagenet-21k …"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setQuery(event.target.value)}
      />
      {cards.length === 0 ? (
        <p className={styles.muted} role="status">
          None of them. A repository’s name can be typed below.
        </p>
      ) : (
        <div className={styles.cards}>
          <ModelCards
            label="Models known to work"
            cards={cards}
            value={named?.name ?? ''}
            disabled={disabled}
            onChange={(name) => {
              const card = all.find((candidate) => candidate.name === name);
              if (card) onChoose(card.repository);
            }}
          />
        </div>
      )}
    </div>
  );
}
