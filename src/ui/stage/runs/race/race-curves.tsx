import { useMemo } from 'react';
import { formatMetric } from '../../../charts/axis.ts';
import { EpochCurves } from '../../../charts/epoch-curves.tsx';
import { useRace, useRun } from '../../../studio-context.ts';
import { raceSeries, type RaceCurveData } from './race-series.ts';

/** Validation accuracy of every method: its mean, and its runs fainter beneath. */
export function RaceCurves() {
  const raceRows = useRace((state) => state.rows);
  const entries = useRace((state) => state.entries);
  const finished = useRun((state) => state.finished);
  const curves = useMemo(
    () => raceSeries(raceRows, entries, finished),
    [raceRows, entries, finished],
  );
  if (curves.series.length === 0) return null;
  return (
    <EpochCurves
      title="Validation accuracy while learning"
      file="race-accuracy"
      metric="accuracy"
      rows={curves.rows}
      series={curves.series}
      summary={summary(curves)}
    />
  );
}

function summary({ rows, series }: RaceCurveData): string {
  const ends = series
    .filter(({ faint }) => !faint)
    .map(({ key, name }) => {
      const last = rows.findLast((row) => row[key] !== undefined);
      const value = formatMetric(last?.[key] ?? 0, 'accuracy', 'exact');
      return `${name}: ${value} after epoch ${last?.epoch ?? 0}`;
    });
  return `Validation accuracy by epoch, mean of each method’s runs. ${ends.join('; ')}.`;
}
