import type { RefObject } from 'react';
import { useStudio } from '../studio-context.ts';
import { Button } from '../components/button.tsx';
import { saveFile, saveText, svgToPng } from './save-file.ts';
import styles from './chart.module.css';

interface ChartDownloadsProps {
  /** Names the files and, for screen readers, the chart. */
  readonly name: string;
  readonly figure: RefObject<HTMLElement | null>;
  readonly csv: () => string;
}

export function ChartDownloads({ name, figure, csv }: ChartDownloadsProps) {
  const { app } = useStudio();
  const savePicture = async () => {
    const svg = figure.current?.querySelector<SVGSVGElement>('svg.recharts-surface');
    if (!svg) return;
    try {
      saveFile(await svgToPng(svg), `${name}.png`);
    } catch (error) {
      app.getState().fail(error);
    }
  };
  return (
    <div className={styles.downloads}>
      <Button
        variant="quiet"
        aria-label={`Download the ${name} chart as PNG`}
        onClick={() => void savePicture()}
      >
        PNG
      </Button>
      <Button
        variant="quiet"
        aria-label={`Download the ${name} values as CSV`}
        onClick={() => saveText(csv(), `${name}.csv`)}
      >
        CSV
      </Button>
    </div>
  );
}
