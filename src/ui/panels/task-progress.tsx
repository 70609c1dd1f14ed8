import { useEffect, useState } from 'react';
import { countOf, formatBytes, formatDuration } from '../../lib/format.ts';
import type { Task } from '../../stores/task.ts';
import { Button } from '../components/button.tsx';
import { Progress } from '../components/progress.tsx';
import styles from './task-progress.module.css';

/** A task's done, total and time left, with a way to stop it. */
export function TaskProgress({ task }: { readonly task: Task }) {
  const now = useClock();
  const { done = 0, total = 0 } = task.progress ?? {};
  return (
    <div className={styles.task}>
      <Progress label={task.label} done={done} total={total} detail={detailOf(task, now)} />
      <Button onClick={task.cancel}>Cancel</Button>
    </div>
  );
}

function detailOf({ progress, startedAt }: Task, now: number): string {
  if (!progress) return '';
  const { done, total, unit } = progress;
  const write = unit === 'bytes' ? formatBytes : (count: number) => count.toLocaleString('en');
  if (total === 0) return unit === 'bytes' ? write(done) : countOf(done, 'image');
  const seconds = (now - startedAt) / 1000;
  const left = (seconds * (total - done)) / Math.max(1, done);
  const time = seconds > 2 && done > 0 ? ` · ${formatDuration(left)} left` : '';
  return `${write(done)} of ${write(total)}${time}`;
}

function useClock(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return now;
}
