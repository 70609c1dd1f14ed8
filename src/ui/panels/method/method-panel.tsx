import { findMethod } from '../../../stores/catalog.ts';
import { methodOptions } from '../../../stores/config.ts';
import { formProblems } from '../../../stores/form.ts';
import { SettingsForm } from '../../form/settings-form.tsx';
import { useCatalog, useConfig } from '../../studio-context.ts';
import { useBusy } from '../../use-busy.ts';
import { MethodCards } from './method-cards.tsx';
import styles from './method-panel.module.css';

export function MethodPanel() {
  const catalog = useCatalog((state) => state);
  const config = useConfig((state) => state);
  const disabled = useBusy();
  const method = findMethod(catalog, config.method);
  const fields = method?.fields ?? [];
  const values = methodOptions(catalog, config);
  return (
    <div className={styles.panel}>
      <p className={styles.muted}>
        How the backbone learns your classes. Not sure? Stay with the first, or let several race
        under Runs.
      </p>
      <MethodCards
        methods={catalog.methods}
        refusals={config.backbone?.refusals ?? {}}
        value={config.method ?? ''}
        disabled={disabled}
        onChange={config.chooseMethod}
      />
      {fields.length > 0 && (
        <SettingsForm
          key={config.method}
          fields={fields}
          values={values}
          problems={formProblems(fields, values)}
          onChange={config.setOption}
          disabled={disabled}
        />
      )}
    </div>
  );
}
