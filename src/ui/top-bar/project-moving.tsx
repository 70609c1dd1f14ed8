import { Dialog } from '../components/dialog.tsx';
import { TaskProgress } from '../panels/task-progress.tsx';
import { useProject } from '../studio-context.ts';

/** A project on its way to a file or from one: how far it is, and a way to stop it. */
export function ProjectMoving() {
  const moving = useProject((state) => state.moving);
  if (!moving) return null;
  return (
    <Dialog open onOpenChange={() => moving.cancel()} title={moving.label}>
      <TaskProgress task={moving} />
    </Dialog>
  );
}
