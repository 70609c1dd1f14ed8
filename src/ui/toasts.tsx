import { useEffect } from 'react';
import type { AppNotice } from '../stores/app.ts';
import { Button } from './components/button.tsx';
import { Notice } from './components/notice.tsx';
import { useApp, useDataset } from './studio-context.ts';
import styles from './toasts.module.css';

const UNDO_MILLISECONDS = 12_000;
const INFO_MILLISECONDS = 6_000;

/** Messages at the foot of the page: failures until dismissed, undo for a while. */
export function Toasts() {
  const notices = useApp((state) => state.notices);
  return (
    <div className={styles.toasts}>
      <UndoToast />
      {notices.map((notice) => (
        <NoticeToast key={notice.id} {...notice} />
      ))}
    </div>
  );
}

function NoticeToast(notice: AppNotice) {
  const dismiss = useApp((state) => state.dismiss);
  const { id, tone, action } = notice;
  useEffect(() => {
    if (tone === 'error') return;
    const timer = setTimeout(() => dismiss(id), INFO_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [id, tone, dismiss]);
  const button = action && <Button onClick={action.run}>{action.label}</Button>;
  return (
    <Notice tone={tone} actions={button} onDismiss={() => dismiss(id)}>
      {notice.message}
    </Notice>
  );
}

function UndoToast() {
  const undo = useDataset((state) => state.undo);
  const takeBack = useDataset((state) => state.takeBack);
  const forgetUndo = useDataset((state) => state.forgetUndo);
  useEffect(() => {
    if (!undo) return;
    const timer = setTimeout(forgetUndo, UNDO_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [undo, forgetUndo]);
  useEffect(() => {
    if (!undo) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const isUndo = event.key === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey;
      if (!isUndo || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      takeBack();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [undo, takeBack]);
  if (!undo) return null;
  return (
    <Notice tone="info" actions={<Button onClick={takeBack}>Undo</Button>} onDismiss={forgetUndo}>
      {undo.message}
    </Notice>
  );
}
