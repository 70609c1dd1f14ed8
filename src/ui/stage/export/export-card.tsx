import { useEffect, useState } from 'react';
import type { ExportOffer } from '../../../protocol.ts';
import { formatBytes } from '../../../lib/format.ts';
import { saveFile } from '../../charts/save-file.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { OptionCard, OptionCards } from '../../panels/option-card.tsx';
import { useDataset, useResults, useStudio } from '../../studio-context.ts';
import { useBusy } from '../../use-busy.ts';
import { CodeSnippets } from './code-snippets.tsx';
import styles from './export.module.css';
import { canChoosePlace, choosePlace } from './save-place.ts';
import { selfTestWords } from './self-test-words.ts';

/** The formats in which the model can be taken home, and the one that is chosen. */
export function ExportCard() {
  const running = useBusy();
  const hasModel = useResults((state) => state.judged !== null || state.imported !== null);
  const offers = useResults((state) => state.offers);
  const loadOffers = useResults((state) => state.loadOffers);
  const [wanted, setWanted] = useState('');
  const asks = hasModel && !running && offers === null;
  useEffect(() => {
    if (asks) void loadOffers();
  }, [asks, loadOffers]);
  const missing = reasonNot(hasModel, running);
  const chosen = offers?.find(({ name }) => name === wanted) ?? offers?.[0];
  if (missing !== null || !chosen) return <NothingYet reason={missing} />;
  return (
    <Card title="Take the model home">
      <p className={styles.note}>
        Choose what you want to do with it. Every file is opened again and tried on your images
        before you get it.
      </p>
      <div className={styles.formats}>
        <OptionCards label="Format" value={chosen.name} onChange={setWanted}>
          {offers?.map(({ name, label, summary }) => (
            <OptionCard key={name} value={name} title={label} summary={summary} />
          ))}
        </OptionCards>
      </div>
      <ChosenFormat key={chosen.name} offer={chosen} />
    </Card>
  );
}

function NothingYet({ reason }: { readonly reason: string | null }) {
  return (
    <Card title="Take the model home">
      <div className={styles.action}>
        <Button variant="primary" disabled>
          Download
        </Button>
        <span className={styles.note} role="status">
          {reason ?? 'Looking what there is …'}
        </span>
      </div>
    </Card>
  );
}

function ChosenFormat({ offer }: { readonly offer: ExportOffer }) {
  const { results } = useStudio();
  const { name, contents, snippets, fileName, large } = offer;
  const exported = useResults((state) => state.exported[name]);
  const exporting = useResults((state) => state.exporting);
  const images = useTestImages();
  const make = async () => {
    if (!results.getState().exported[name]) await results.getState().exportModel(name, images);
    return results.getState().exported[name];
  };
  const download = async () => {
    if (large && canChoosePlace()) {
      const place = await choosePlace(fileName);
      const made = place && (await make());
      await (made ? place.save(made.file) : place?.giveUp());
      return;
    }
    const made = await make();
    if (made) saveFile(made.file, made.name);
  };
  const press = () => void download().catch(results.getState().fail);
  return (
    <>
      <dl className={styles.contents} aria-label="What is in the zip">
        {contents.map((file) => (
          <div key={file.name}>
            <dt>{file.name}</dt>
            <dd>{file.words}</dd>
          </div>
        ))}
      </dl>
      <div className={styles.action}>
        <Button variant="primary" disabled={exporting !== null} onClick={press}>
          {exporting === name ? 'Writing and trying the files …' : 'Download'}
        </Button>
        <span className={styles.note} role="status">
          {exported && `${exported.name}, ${formatBytes(exported.file.size)}`}
        </span>
      </div>
      {exported && (
        <ul className={styles.proofs} aria-label="Opened again">
          {selfTestWords(exported.selfTest).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <CodeSnippets snippets={snippets} />
    </>
  );
}

/** The run's validation images; the page's own where it came without them. */
function useTestImages(): readonly number[] {
  const judged = useResults((state) => state.judged);
  const images = useDataset((state) => state.images);
  const own = judged?.result.evaluation.images ?? [];
  return own.length > 0 ? own : [...images.keys()];
}

function reasonNot(hasModel: boolean, running: boolean): string | null {
  if (running) return 'Ready when the run has ended.';
  return hasModel ? null : 'Needs a finished run, or an adapter opened below.';
}
