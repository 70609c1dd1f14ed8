import { useState } from 'react';
import type { CodeSnippet } from '../../../protocol.ts';
import { Button } from '../../components/button.tsx';
import { Tabs } from '../../components/tabs.tsx';
import styles from './export.module.css';

/** The lines that use the files, for every language one is written in. */
export function CodeSnippets({ snippets }: { readonly snippets: readonly CodeSnippet[] }) {
  const [chosen, setChosen] = useState(snippets[0]?.title ?? '');
  const [first] = snippets;
  if (!first) return null;
  return (
    <section className={styles.snippets} aria-label="Lines that use it">
      {snippets.length === 1 ? (
        <>
          <h4>{first.title}</h4>
          <Code snippet={first} />
        </>
      ) : (
        <Tabs
          label="Language"
          value={chosen}
          onChange={setChosen}
          items={snippets.map((snippet) => ({
            value: snippet.title,
            label: snippet.title,
            content: <Code snippet={snippet} />,
          }))}
        />
      )}
    </section>
  );
}

function Code({ snippet: { title, code } }: { readonly snippet: CodeSnippet }) {
  const [said, setSaid] = useState('');
  const copy = () =>
    navigator.clipboard.writeText(code).then(
      () => setSaid('Copied.'),
      () => setSaid('The browser did not allow it; mark the lines and copy them yourself.'),
    );
  return (
    <div className={styles.code}>
      {/* A region that scrolls must be reached by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} role="region" aria-label={title}>
        <code>{code}</code>
      </pre>
      <div className={styles.action}>
        <Button onClick={() => void copy()}>Copy the lines</Button>
        <span className={styles.note} role="status">
          {said}
        </span>
      </div>
    </div>
  );
}
