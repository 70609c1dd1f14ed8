import { Fragment } from 'react';
import type { BackboneOrigin, ModelCard } from '../../../protocol.ts';
import { formatCount } from '../../../lib/format.ts';
import { useCatalog, useConfig } from '../../studio-context.ts';
import styles from './backbone-panel.module.css';

/** What the open backbone is. */
export function BackboneFacts() {
  const backbone = useConfig((state) => state.backbone);
  const bundled = useCatalog((state) => state.bundled);
  const hub = useCatalog((state) => state.hub);
  if (!backbone) return null;
  const { label, parameters, preprocessing, origin, hash, cached, classes } = backbone;
  const { naming, notes } = backbone;
  const card = cardOf(origin, bundled, hub);
  return (
    <dl className={styles.facts} aria-label="The open backbone">
      <dt>Open now</dt>
      <dd>{label}</dd>
      <dt>Parameters</dt>
      <dd>{formatCount(parameters)}</dd>
      <dt>Image size</dt>
      <dd>
        {preprocessing.size} × {preprocessing.size} px
      </dd>
      <dt>From</dt>
      <dd>
        {originText(origin)}
        {cached && ' (kept in this browser)'}
      </dd>
      {card && (
        <>
          <dt>Learned from</dt>
          <dd>{card.pretraining}</dd>
        </>
      )}
      <dt>Licence</dt>
      <dd>{card?.licence ?? 'Not known here: see where the file comes from.'}</dd>
      {classes !== null && (
        <>
          <dt>Its own head</dt>
          <dd>{classes.length.toLocaleString('en')} classes, replaced by yours</dd>
        </>
      )}
      {naming === 'transformers' && (
        <>
          <dt>Names</dt>
          <dd>Hugging Face Transformers’ in the file, timm’s in here and in every export</dd>
        </>
      )}
      {notes.map((note) => (
        <Fragment key={note}>
          <dt>Note</dt>
          <dd>{note}</dd>
        </Fragment>
      ))}
      <dt>SHA-256</dt>
      <dd title={hash}>{hash.slice(0, 12)}…</dd>
    </dl>
  );
}

function originText(origin: BackboneOrigin): string {
  switch (origin.kind) {
    case 'bundled':
      return 'bundled with this page';
    case 'file':
      return origin.name;
    case 'hub':
      return `huggingface.co/${origin.repository}`;
    default: {
      const unknown: never = origin;
      return unknown;
    }
  }
}

function cardOf(
  origin: BackboneOrigin,
  bundled: readonly ModelCard[],
  hub: readonly (ModelCard & { readonly repository: string })[],
): ModelCard | undefined {
  if (origin.kind === 'file') return undefined;
  return origin.kind === 'bundled'
    ? bundled.find(({ name }) => name === origin.name)
    : hub.find(({ repository }) => repository === origin.repository);
}
