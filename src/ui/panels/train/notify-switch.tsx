import { useId, useState } from 'react';
import { Switch } from '../../components/switch.tsx';
import { canNotify, isAllowedToNotify, mayNotify } from '../../notifications.ts';
import { useApp } from '../../studio-context.ts';
import styles from './train-panel.module.css';

const FORBIDDEN =
  'The browser does not let this page show notifications. Its settings for this site can allow it.';

/** Whether a notification tells the end of a training; the browser is asked when it is switched on. */
export function NotifySwitch() {
  const notifies = useApp((state) => state.notifies);
  const setNotifies = useApp((state) => state.setNotifies);
  const [problem, setProblem] = useState<string | null>(null);
  const note = useId();
  if (!canNotify()) return null;
  const choose = async (wanted: boolean) => {
    const allowed = wanted && (await mayNotify());
    setNotifies(allowed);
    setProblem(wanted && !allowed ? FORBIDDEN : null);
  };
  return (
    <div>
      <Switch
        label="Notify me at the end"
        checked={notifies && isAllowedToNotify()}
        onChange={(wanted) => void choose(wanted)}
        describedBy={note}
      />
      <p id={note} className={styles.note} role="status">
        {problem ??
          'Training goes on while you look at other tabs; this tab’s title shows how far it is.'}
      </p>
    </div>
  );
}
