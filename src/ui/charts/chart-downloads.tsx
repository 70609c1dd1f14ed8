import type { RefObject } from 'react';
import { useStudio } from '../studio-context.ts';
import { Button } from '../components/button.tsx';
import { saveFile, saveText, svgToPng } from './save-file.ts';
import styles from './chart.module.css';

interface ChartDownloadsProps {
  /** The chart's, for screen readers. */
  readonly title: string;
  /** Names the files. */
  readonly file: string;
  readonly figure: RefObject<HTMLElement | null>;
  readonly csv: () => string;
}

export function ChartDownloads({ title, file, figure, csv }: ChartDownloadsProps) {
  const { app } = useStudio();
  const savePicture = async () => {
    const svg = figure.current?.querySelector<SVGSVGElement>('svg.recharts-surface');
    if (!svg) return;
    try {
      saveFile(await svgToPng(svg), `${file}.png`);
    } catch (error) {
      app.getState().fail(error);
    }
  };
  return (
    <div className={styles.downloads}>
      <Button
        variant="quiet"
        aria-label={`Download the chart “${title}” as PNG`}
        onClick={() => void savePicture()}
      >
        PNG
      </Button>
      <Button
        variant="quiet"
        aria-label={`Download the values of “${title}” as CSV`}
        onClick={() => saveText(csv(), `${file}.csv`)}
      >
        CSV
      </Button>
    </div>
  );
}
