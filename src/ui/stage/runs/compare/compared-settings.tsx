import { useMemo } from 'react';
import type { FinishedRun } from '../../../../stores/runs.ts';
import { useCatalog } from '../../../studio-context.ts';
import { useBackboneLabel } from '../../use-run-title.ts';
import { numberedName } from '../run-names.ts';
import styles from './compare.module.css';
import { settingDifferences } from './setting-differences.ts';

interface ComparedSettingsProps {
  readonly first: FinishedRun;
  readonly second: FinishedRun;
}

/** Only what differs. */
export function ComparedSettings({ first, second }: ComparedSettingsProps) {
  const catalog = useCatalog((state) => state);
  const one = useBackboneLabel(first.start.backbone);
  const other = useBackboneLabel(second.start.backbone);
  const differences = useMemo(() => {
    const label = (name: string) => (name === first.start.backbone ? one : other);
    return settingDifferences(first, second, catalog, label);
  }, [first, second, catalog, one, other]);
  if (differences.length === 0) {
    return <p className={styles.note}>All settings are the same.</p>;
  }
  return (
    <div className={styles.scroll}>
      <table className={styles.settings}>
        <caption className={styles.subtitle}>Settings that differ</caption>
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">{numberedName(first)}</th>
            <th scope="col">{numberedName(second)}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map((setting) => (
            <tr key={setting.label}>
              <th scope="row">{setting.label}</th>
              <td>{setting.first}</td>
              <td>{setting.second}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
